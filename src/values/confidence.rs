//! How sure a fact of the reference data is.

use super::vocabulary;

vocabulary! {
    /// How sure a fact is (độ tin cậy). Only what is verified may be shown as law.
    Confidence {
        /// Seen in a cited source.
        Verified "VERIFIED" "Đã đối chiếu" | "Verified";
        High "HIGH" "Cao" | "High";
        Medium "MEDIUM" "Trung bình" | "Medium";
        Low "LOW" "Thấp" | "Low";
        Unknown "UNKNOWN" "Chưa biết" | "Unknown";
    }
}
