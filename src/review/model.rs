//! The answer of `steering-review`.

use crate::reports::{
    BudgetFigures, ComparedIndicator, Distribution, KnowledgeState, Matrix, ObligationCount, WorkProgress,
};
use crate::statements::{Statement, StatementAnswer};
use crate::units::UnitRef;
use crate::values::{
    CriteriaSetCode, CriterionCode, Decimal, ListCode, LocalDate, LongNames, MeetingId, Names, Period, RecordId, Title,
    vocabulary,
};
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// By which rule a conclusion is proposed.
    ProposalRule {
        /// A unit that was expected to report its result did not.
        ResultMissing "RESULT_MISSING" "Đơn vị chưa báo cáo kết quả" | "A result is missing";
        /// Criteria that were found not to be met.
        CriterionUnmet "CRITERION_UNMET" "Tiêu chí chưa đạt" | "A criterion is not met";
        TaskOverdue "TASK_OVERDUE" "Nhiệm vụ quá hạn" | "A task is overdue";
        /// An answer was due and nobody gave it.
        ObstacleOverdue "OBSTACLE_OVERDUE" "Vướng mắc quá hạn trả lời" | "An answer is overdue";
        /// A report that the law or the province asks for was not sent.
        ReportMissing "REPORT_MISSING" "Chưa gửi báo cáo theo chế độ" | "A report was not sent";
        /// No member of the committee is in charge of a commune.
        NobodyInCharge "NOBODY_IN_CHARGE" "Xã chưa có người phụ trách" | "Nobody is in charge";
        /// A member of the committee has registered no concrete job.
        NoCommitment "NO_COMMITMENT" "Thành viên chưa đăng ký việc cụ thể" | "No commitment was registered";
    }
}

/// What was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewScope {
    /// As it was in the period.
    pub unit: UnitRef,
    pub period: Period,
    /// Period with which results and figures are compared.
    pub compare_with: Period,
    pub criteria_set_code: CriteriaSetCode,
    /// Meeting whose paper it is; null where none was named.
    pub meeting_id: Option<MeetingId>,
    /// Committee of that meeting.
    pub committee_name: Option<Title>,
    /// Day on which work and reports stand as they are told.
    pub today: LocalDate,
    /// The caller may see only some of the units below; all figures are of those alone.
    pub partial: bool,
}

/// A topic of the review with what is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewTopic {
    /// Code of `review-topics`.
    pub code: ListCode,
    pub name: Names,
    pub state: KnowledgeState,
    /// Indicators of the topic that have a figure, reached or planned, in one of the two periods.
    #[schema(max_items = 200)]
    pub indicators: Vec<ComparedIndicator>,
    /// Indicators of the topic of which nothing is known.
    #[schema(minimum = 0, maximum = 10000)]
    pub unknown_count: i64,
    /// The call that lists what is behind it.
    #[schema(max_length = 2000, pattern = "^/v1/", example = "/v1/reports/indicator-comparison?topic_code=GIAM_NGHEO")]
    pub source_path: String,
}

/// A programme with its money.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewProgramme {
    /// Code of `programmes`.
    pub code: ListCode,
    pub name: LongNames,
    /// `NO_DATA` where no money of it is known for the year of the period.
    pub state: KnowledgeState,
    /// Its money of the year of the period, with what was carried in; null where none is known.
    pub figures: Option<BudgetFigures>,
    /// The call behind it.
    #[schema(max_length = 500, pattern = "^/v1/", example = "/v1/reports/budget-execution?plan_year=2022")]
    pub source_path: String,
}

/// How much of the money that was assigned for the year of the period was disbursed, beside what was planned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewDisbursement {
    /// `NO_DATA` where no money is known for the year.
    pub state: KnowledgeState,
    /// Without money that was carried in.
    pub rate_percent: Option<Decimal>,
    pub target_rate_percent: Option<Decimal>,
    /// The call behind it.
    #[schema(max_length = 500, pattern = "^/v1/", example = "/v1/reports/budget-execution?plan_year=2022")]
    pub source_path: String,
}

/// The reports that were due in the year of the meeting.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewReporting {
    pub due_date_gte: LocalDate,
    pub due_date_lte: LocalDate,
    pub count: ObligationCount,
    #[schema(max_length = 500, pattern = "^/v1/", example = "/v1/reports/reporting-obligations?unit_code=063")]
    pub source_path: String,
}

/// A statement with what the figures say to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewStatement {
    pub statement: Statement,
    pub answer: StatementAnswer,
}

/// A conclusion that follows from what was found: nobody has drawn it yet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProposedConclusion {
    pub rule: ProposalRule,
    /// In both languages, to be taken over or reworded.
    pub wording: Names,
    /// How much it rests on; the lists stop at 50, the count does not.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub count: i64,
    /// Units that it is about.
    #[schema(max_items = 50)]
    pub units: Vec<UnitRef>,
    /// Criteria that it is about.
    #[schema(max_items = 50)]
    pub criteria: Vec<CriterionCode>,
    /// Tasks, obstacles or members that it rests on.
    #[schema(max_items = 50)]
    pub record_ids: Vec<RecordId>,
    /// The call that lists them.
    #[schema(max_length = 500, pattern = "^/v1/", example = "/v1/tasks?unit_code=063&overdue=true")]
    pub source_path: String,
}

/// The paper of a steering committee's meeting for a unit and a period (báo cáo phục vụ phiên họp Ban Chỉ đạo). What is
/// not known says so, and nothing is made up.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SteeringReview {
    pub scope: ReviewScope,
    /// Results by band with names, change and who is missing.
    pub results: Distribution,
    /// The call behind `results`.
    #[schema(max_length = 500, pattern = "^/v1/", example = "/v1/reports/criteria-distribution?period=2022")]
    pub results_source_path: String,
    /// Communes against criteria.
    pub matrix: Matrix,
    #[schema(max_length = 500, pattern = "^/v1/", example = "/v1/reports/criteria-matrix?period=2022")]
    pub matrix_source_path: String,
    /// Every topic of `review-topics`, in its order.
    #[schema(max_items = 200)]
    pub topics: Vec<ReviewTopic>,
    /// Money by programme.
    #[schema(max_items = 50)]
    pub programmes: Vec<ReviewProgramme>,
    /// The money of all programmes together.
    pub disbursement: ReviewDisbursement,
    /// Tasks, commitments, obstacles and activities.
    pub work: WorkProgress,
    #[schema(max_length = 500, pattern = "^/v1/", example = "/v1/reports/work-progress?unit_code=063")]
    pub work_source_path: String,
    pub reporting: ReviewReporting,
    /// What was said of the unit for the period, and what the figures say to it.
    #[schema(max_items = 200)]
    pub statements: Vec<ReviewStatement>,
    /// The list stops at 200.
    pub statements_truncated: bool,
    /// With no trigger there is none.
    #[schema(max_items = 50)]
    pub proposed_conclusions: Vec<ProposedConclusion>,
}
