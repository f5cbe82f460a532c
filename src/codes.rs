//! Every error code others may branch on: one row each, with status and texts in Vietnamese and English.
//!
//! The rows are served as problem titles, as messages and as the pages under `/problems`. A code keeps its
//! meaning for ever; a retired code is never used again. The order is free: nothing stores a position.

/// A text in both languages of the service.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// Vietnamese, the default.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

/// One row: what a program branches on, and what a person reads.
#[derive(Debug)]
pub struct Entry {
    /// The code inside the service.
    pub code: Code,
    /// The code as others see it: `VALIDATION_FAILED`.
    pub name: &'static str,
    /// The status of a problem that carries this code.
    pub status: u16,
    /// A short heading, without a final dot.
    pub title: Text,
    /// What went wrong: one sentence with its dot, also the message of a single fault.
    pub cause: Text,
    /// What the caller does about it: one or two sentences.
    pub remedy: Text,
}

macro_rules! codes {
    ($(
        $code:ident $name:literal $status:literal {
            title: $title_vi:literal | $title_en:literal,
            cause: $cause_vi:literal | $cause_en:literal,
            remedy: $remedy_vi:literal | $remedy_en:literal,
        }
    )+) => {
        /// An error code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title_en] $code,)+
        }

        /// All codes, in the order of [`Code`].
        pub static TABLE: &[Entry] = &[$(Entry {
            code: Code::$code,
            name: $name,
            status: $status,
            title: Text { vi: $title_vi, en: $title_en },
            cause: Text { vi: $cause_vi, en: $cause_en },
            remedy: Text { vi: $remedy_vi, en: $remedy_en },
        },)+];
    };
}

impl Code {
    /// The row of this code.
    pub fn entry(self) -> &'static Entry {
        &TABLE[self as usize]
    }

    /// The code as others see it: `VALIDATION_FAILED`.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The status of a problem that carries this code.
    pub fn status(self) -> u16 {
        self.entry().status
    }

    /// What somebody does about it who filled in a cell of a file, and not a member of JSON.
    pub fn remedy_in_a_cell(self) -> Text {
        match self {
            Code::UnknownValue => Text {
                vi: "Ghi Đạt hoặc Chưa đạt; không phân biệt chữ hoa, chữ thường.",
                en: "Write Đạt or Chưa đạt, in capitals or not.",
            },
            Code::NumberExpected => Text {
                vi: "Chỉ ghi số, không kèm chữ hay đơn vị, như 1234,5 hoặc 85%; nếu ô thành ngày thì đặt lại định dạng ô là số.",
                en: "Write the number alone, without words or units, such as 1234,5 or 85%; if the cell turned into a date, format it as a number.",
            },
            Code::InvalidDate => Text {
                vi: "Ghi ngày/tháng/năm của một ngày có thật, như 31/12/2022.",
                en: "Write day/month/year of a day that exists, such as 31/12/2022.",
            },
            Code::InvalidCode => Text {
                vi: "Ghi đủ năm chữ số kể cả số 0 ở đầu, như 01984, và đặt định dạng ô là văn bản.",
                en: "Write all five digits with the leading zeros, such as 01984, and format the cell as text.",
            },
            Code::NotApplicableNotAllowed => Text {
                vi: "Chỉ tiêu này áp dụng cho mọi xã: ghi số liệu, hoặc để trống nếu chưa có.",
                en: "This item applies to every commune: write the figure, or leave the cell blank while there is none.",
            },
            Code::TooManyItems => Text {
                vi: "Chia tệp thành nhiều tệp, mỗi tệp ít dòng hơn.",
                en: "Split the file into several with fewer rows each.",
            },
            other => other.entry().remedy,
        }
    }

    /// The last part of the address of its page: `validation-failed`.
    pub fn slug(self) -> String {
        self.name().to_ascii_lowercase().replace('_', "-")
    }
}

codes! {
    // The request as a whole.

    MalformedRequest "MALFORMED_REQUEST" 400 {
        title: "Yêu cầu sai cú pháp" | "Malformed request",
        cause: "Không đọc được yêu cầu vì sai cú pháp." | "The request cannot be parsed.",
        remedy: "Sửa các lỗi nêu trong danh sách lỗi rồi gửi lại." | "Correct the faults listed under errors and send the request again.",
    }
    UnknownParameter "UNKNOWN_PARAMETER" 400 {
        title: "Tham số không được hỗ trợ" | "Unknown parameter",
        cause: "Địa chỉ này không có tham số như vậy." | "This address does not take this parameter.",
        remedy: "Kiểm tra chính tả của tên tham số theo tài liệu API, hoặc bỏ tham số này." | "Check the spelling of the parameter against the API documentation, or leave it out.",
    }
    InvalidCursor "INVALID_CURSOR" 400 {
        title: "Con trỏ trang không hợp lệ" | "Invalid cursor",
        cause: "Con trỏ trang đã bị sửa đổi hoặc được cấp cho bộ lọc, cách sắp xếp khác." | "The cursor was altered or was issued for other filters or another sort order.",
        remedy: "Đọc lại từ trang đầu, không gửi cursor; sau đó dùng nguyên liên kết next mà hệ thống trả về." | "Start again at the first page without cursor, then follow the next link exactly as returned.",
    }
    IdempotencyKeyRequired "IDEMPOTENCY_KEY_REQUIRED" 400 {
        title: "Thiếu khóa chống gửi trùng" | "Idempotency key required",
        cause: "Ghi theo lô cần tiêu đề Idempotency-Key." | "Writing a batch needs the Idempotency-Key header.",
        remedy: "Gửi Idempotency-Key gồm 16 đến 64 ký tự; khi gửi lại cùng nội dung thì dùng lại đúng khóa đó." | "Send an Idempotency-Key of 16 to 64 characters, and the same one when the same content is sent again.",
    }
    Unauthenticated "UNAUTHENTICATED" 401 {
        title: "Chưa xác thực" | "Authentication required",
        cause: "Yêu cầu không kèm thông tin xác thực, hoặc thông tin xác thực không đúng." | "The request carries no credentials, or the credentials are not valid.",
        remedy: "Gửi khóa API trong tiêu đề Authorization: Bearer, hoặc trong X-API-Key khi trục kết nối đã dùng Authorization." | "Send the API key as Authorization: Bearer, or as X-API-Key where a gateway uses Authorization itself.",
    }
    TokenExpired "TOKEN_EXPIRED" 401 {
        title: "Phiên đã hết hạn" | "Token expired",
        cause: "Mã truy cập hoặc khóa API đã hết thời hạn sử dụng." | "The access token or API key is past its expiry.",
        remedy: "Đăng nhập lại để lấy mã truy cập mới, hoặc đề nghị quản trị viên cấp khóa API mới." | "Sign in again for a new token, or ask an administrator for a new API key.",
    }
    Forbidden "FORBIDDEN" 403 {
        title: "Không có quyền thực hiện" | "Permission denied",
        cause: "Vai trò được phân quyền không cho phép thực hiện thao tác này." | "The roles granted to the caller do not permit this operation.",
        remedy: "Xem các quyền hiện có tại /v1/me; nếu cần thêm quyền, đề nghị quản trị viên phân quyền." | "See the current grants at /v1/me; ask an administrator if another role is needed.",
    }
    OutOfScope "OUT_OF_SCOPE" 403 {
        title: "Ngoài phạm vi đơn vị được phân quyền" | "Outside the permitted units",
        cause: "Đơn vị hành chính nêu trong yêu cầu nằm ngoài phạm vi được phân quyền." | "The administrative unit named in the request is outside the units granted to the caller.",
        remedy: "Chọn đơn vị thuộc phạm vi ghi tại /v1/me, hoặc đề nghị quản trị viên mở rộng phạm vi." | "Name a unit within the grants shown at /v1/me, or ask an administrator for a wider grant.",
    }
    StageNotPermitted "STAGE_NOT_PERMITTED" 403 {
        title: "Không đủ thẩm quyền ở bước đánh giá này" | "Stage not permitted",
        cause: "Bước đánh giá này cần quyền ở cấp cao hơn: tự đánh giá từ cấp xã, thẩm tra từ cấp huyện (sau ngày 30/06/2025 là cấp tỉnh), thẩm định từ cấp tỉnh trở lên." | "This stage needs a grant at a higher level: SELF on the commune or above, VERIFICATION on the district (the province after 30 June 2025) or above, APPRAISAL on the province or above.",
        remedy: "Chọn bước đánh giá đúng thẩm quyền, hoặc chuyển cho cơ quan cấp trên thực hiện." | "Use a stage that matches the level of the grant, or leave this one to the authority above.",
    }
    ConfirmerReported "CONFIRMER_REPORTED" 403 {
        title: "Người báo cáo không được xác nhận" | "Reporter may not confirm",
        cause: "Ai đã báo cáo hoàn thành nhiệm vụ thì không được xác nhận chính nhiệm vụ đó; ai đã gửi báo cáo thì không được tiếp nhận chính báo cáo đó." | "Whoever reported the task done may not confirm it, and whoever sent a report may not accept it.",
        remedy: "Để một người khác ở nơi giao việc hoặc nơi nhận báo cáo, có vai trò SIGNER hoặc MANAGER, thực hiện bước này." | "Have another person of the committee, or of the unit that receives the report, with the SIGNER or MANAGER role take this step.",
    }
    SignerIsAuthor "SIGNER_IS_AUTHOR" 403 {
        title: "Người lập không được ký" | "Author may not sign",
        cause: "Người đã lập hoặc sửa bản đánh giá, báo cáo không được ký gửi chính bản đó." | "Whoever wrote the assessment or report may not sign it.",
        remedy: "Để một người khác có vai trò SIGNER ký gửi." | "Have another person with the SIGNER role sign it.",
    }
    NotFound "NOT_FOUND" 404 {
        title: "Không tìm thấy" | "Not found",
        cause: "Địa chỉ hoặc bản ghi không tồn tại, hoặc người gọi không được xem." | "The address or record does not exist, or is not visible to the caller.",
        remedy: "Kiểm tra đường dẫn và mã định danh; xem phạm vi được phân quyền tại /v1/me." | "Check the path and the id, and see the granted units at /v1/me.",
    }
    MethodNotAllowed "METHOD_NOT_ALLOWED" 405 {
        title: "Phương thức không được hỗ trợ" | "Method not allowed",
        cause: "Địa chỉ này không hỗ trợ phương thức HTTP đã dùng." | "This address does not support the HTTP method used.",
        remedy: "Dùng một trong các phương thức ghi ở tiêu đề Allow của câu trả lời." | "Use one of the methods listed in the Allow header of the answer.",
    }
    NotAcceptable "NOT_ACCEPTABLE" 406 {
        title: "Không có định dạng được yêu cầu" | "Not acceptable",
        cause: "Địa chỉ này không trả về được định dạng nào nêu trong tiêu đề Accept." | "None of the formats in the Accept header is available at this address.",
        remedy: "Gửi Accept: application/json, hoặc một định dạng khác mà tài liệu API ghi cho địa chỉ này." | "Send Accept: application/json, or another format that the API documentation lists for this address.",
    }
    RequestTimeout "REQUEST_TIMEOUT" 408 {
        title: "Gửi yêu cầu quá chậm" | "Request timeout",
        cause: "Hệ thống không nhận đủ yêu cầu trong thời gian cho phép." | "The request did not arrive completely within the time allowed.",
        remedy: "Kiểm tra đường truyền rồi gửi lại; nếu nội dung lớn, chia thành nhiều yêu cầu nhỏ hơn." | "Check the connection and send the request again; split a large body into smaller requests.",
    }
    Duplicate "DUPLICATE" 409 {
        title: "Bản ghi đã tồn tại" | "Already exists",
        cause: "Đã có một bản ghi trùng khóa hoặc trùng external_id nhưng khác nội dung." | "A record with the same key or external_id but other content already exists.",
        remedy: "Đọc bản ghi đã có rồi sửa bản ghi đó, hoặc dùng khóa khác." | "Read the existing record and change it, or use another key.",
    }
    TransitionNotAllowed "TRANSITION_NOT_ALLOWED" 409 {
        title: "Trạng thái hiện tại không cho phép" | "Transition not allowed",
        cause: "Trạng thái hiện tại của bản ghi không cho phép thao tác này." | "The current status of the record does not permit this step.",
        remedy: "Đọc lại bản ghi và chọn một trạng thái trong allowed_transitions." | "Read the record again and choose a status from allowed_transitions.",
    }
    NotAnObstacle "NOT_AN_OBSTACLE" 409 {
        title: "Tồn tại không chuyển cấp trên" | "A shortcoming does not escalate",
        cause: "Chỉ vướng mắc (OBSTACLE) được chuyển lên cấp trên; tồn tại (SHORTCOMING) phải được khắc phục tại chỗ." | "Only an OBSTACLE goes to a higher level; a SHORTCOMING is mended where it is.",
        remedy: "Nếu đơn vị không tự giải quyết được thì nêu thành một vướng mắc." | "Where the unit cannot mend it alone, raise it as an obstacle.",
    }
    PeriodLocked "PERIOD_LOCKED" 409 {
        title: "Kỳ báo cáo đã khóa" | "Reporting period locked",
        cause: "Kỳ báo cáo của bộ tiêu chí này đã khóa số liệu đối với đơn vị." | "The period is closed for entry under this criteria set for the unit.",
        remedy: "Xem khóa kỳ tại /v1/period-locks; việc mở lại do cấp quản lý quyết định và phải nêu lý do." | "See /v1/period-locks; reopening is decided by the authority that locked it and needs a reason.",
    }
    RequestInProgress "REQUEST_IN_PROGRESS" 409 {
        title: "Yêu cầu trùng đang được xử lý" | "Same request in progress",
        cause: "Một yêu cầu có cùng Idempotency-Key đang được xử lý." | "A request with the same Idempotency-Key is still being processed.",
        remedy: "Chờ theo Retry-After rồi gửi lại đúng yêu cầu đó." | "Wait as Retry-After says and send the same request again.",
    }
    PersonErased "PERSON_ERASED" 409 {
        title: "Dữ liệu cá nhân đã xóa" | "Personal data erased",
        cause: "Dữ liệu cá nhân của người này đã được xóa nên không sửa và không phân công được nữa." | "The personal data of this person were erased, so they can neither be changed nor given a mandate.",
        remedy: "Nếu người đó vẫn làm việc, hãy tạo bản ghi mới tại /v1/people." | "If the person still does the work, record them anew under /v1/people.",
    }
    InUse "IN_USE" 409 {
        title: "Bản ghi đang được sử dụng" | "Still referenced",
        cause: "Không xóa được vì còn bản ghi khác tham chiếu đến bản ghi này." | "The record cannot be deleted because other records still refer to it.",
        remedy: "Gỡ các tham chiếu trước khi xóa, hoặc kết thúc hiệu lực của bản ghi thay vì xóa." | "Remove the references first, or end the record instead of deleting it.",
    }
    Sealed "SEALED" 409 {
        title: "Bản đánh giá đã khóa" | "Sealed",
        cause: "Bản đánh giá đã nộp nên không sửa được nữa." | "The assessment was submitted and can no longer be changed.",
        remedy: "Mở lại bản đánh giá bằng một bước chuyển trạng thái có nêu lý do, sau đó mới sửa." | "Reopen the assessment by a transition that gives a reason, then change it.",
    }
    KeyLimitReached "KEY_LIMIT_REACHED" 409 {
        title: "Đã đủ số khóa API" | "Key limit reached",
        cause: "Mỗi ứng dụng chỉ có tối đa hai khóa API còn hiệu lực." | "A client has at most two live API keys.",
        remedy: "Thu hồi một khóa không còn dùng rồi tạo khóa mới." | "Revoke a key that is no longer used, then create the new one.",
    }
    SetPublished "SET_PUBLISHED" 409 {
        title: "Bộ tiêu chí đã ban hành" | "Set is published",
        cause: "Bộ tiêu chí đã ban hành thì không sửa được nội dung." | "A published set does not change.",
        remedy: "Tạo một bộ tiêu chí mới với mã khác, nêu trong replaces bộ được thay và lý do (văn bản sửa đổi hoặc sai sót khi nhập), rồi ban hành bộ đó." | "Store a new set under another code that says in replaces which set it replaces and why (an act amends it, or it was loaded wrongly), and publish that.",
    }
    ProgrammePublished "PROGRAMME_PUBLISHED" 409 {
        title: "Chương trình đã ban hành" | "Programme is published",
        cause: "Chương trình đã ban hành thì không sửa được nội dung." | "A published programme does not change.",
        remedy: "Nhập một chương trình mới với mã khác, nêu trong replaces chương trình được thay." | "Store another programme under a code of its own that names in replaces the one it takes the place of.",
    }
    ReversalOfReversal "REVERSAL_OF_REVERSAL" 409 {
        title: "Không đảo bút toán đảo" | "Reversal of a reversal",
        cause: "Bút toán này đã là bút toán đảo." | "This entry is a reversal itself.",
        remedy: "Nếu bút toán gốc vẫn đúng, hãy ghi lại bút toán đó như một bút toán mới." | "Where the original was right after all, record it anew.",
    }
    AlreadyReversed "ALREADY_REVERSED" 409 {
        title: "Bút toán đã được đảo" | "Entry is reversed already",
        cause: "Bút toán này đã có bút toán đảo." | "Another entry has taken this one back.",
        remedy: "Đọc lại bút toán; reversed_by_id cho biết bút toán đảo." | "Read the entry again; reversed_by_id names the one that took it back.",
    }
    IndicatorRedefined "INDICATOR_REDEFINED" 409 {
        title: "Chỉ tiêu đã được định nghĩa khác" | "Indicator is defined otherwise",
        cause: "Mã chỉ tiêu này đã có với kiểu số liệu, đơn vị, mẫu số hoặc chuẩn khác." | "This code is known with another type, unit, denominator or standard.",
        remedy: "Dùng chỉ tiêu đã có nếu cùng nghĩa; nếu khác nghĩa thì đặt mã khác." | "Use the indicator that is there if it means the same; otherwise choose another code.",
    }
    SheetOutdated "SHEET_OUTDATED" 409 {
        title: "Phiếu đánh giá đã cũ" | "Sheet is outdated",
        cause: "Số liệu hoặc mức phải đạt của một số chỉ tiêu đã thay đổi sau lần ghi phiếu gần nhất." | "Figures or thresholds of some items have changed since the sheet was written last.",
        remedy: "Gửi PATCH /v1/assessments/{id}/sheet (có thể không nêu chỉ tiêu nào) để đọc lại số liệu, kiểm tra kết quả rồi trình lại." | "Send PATCH /v1/assessments/{id}/sheet, with no item if none changes, to read the figures anew; look at the outcome and submit again.",
    }
    VersionConflict "VERSION_CONFLICT" 412 {
        title: "Dữ liệu đã được người khác thay đổi" | "Changed by someone else",
        cause: "Phiên bản trong If-Match không còn là phiên bản hiện tại của bản ghi." | "The version in If-Match is no longer the current version of the record.",
        remedy: "Đọc lại bản ghi, đối chiếu thay đổi rồi gửi lại với ETag mới." | "Read the record again, reconcile the changes and repeat the request with the new ETag.",
    }
    BodyTooLarge "BODY_TOO_LARGE" 413 {
        title: "Nội dung quá lớn" | "Body too large",
        cause: "Nội dung yêu cầu vượt quá dung lượng cho phép." | "The request body is larger than permitted.",
        remedy: "Chia nội dung thành nhiều yêu cầu nhỏ hơn." | "Split the content into several smaller requests.",
    }
    UriTooLong "URI_TOO_LONG" 414 {
        title: "Địa chỉ quá dài" | "URI too long",
        cause: "Địa chỉ kèm các tham số dài quá mức cho phép." | "The address with its parameters is longer than permitted.",
        remedy: "Rút bớt giá trị trong các bộ lọc, hoặc chia thành nhiều yêu cầu." | "Use fewer values in the filters, or make several requests.",
    }
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" 415 {
        title: "Kiểu nội dung không được hỗ trợ" | "Unsupported media type",
        cause: "Địa chỉ này không nhận kiểu nội dung hoặc kiểu nén đã gửi." | "This address does not accept the content type or content encoding sent.",
        remedy: "Gửi nội dung không nén với Content-Type: application/json, hoặc kiểu khác mà tài liệu API ghi cho địa chỉ này." | "Send an uncompressed body with Content-Type: application/json, or another type that the API documentation lists for this address.",
    }
    ValidationFailed "VALIDATION_FAILED" 422 {
        title: "Dữ liệu không hợp lệ" | "Validation failed",
        cause: "Yêu cầu có một hoặc nhiều giá trị không hợp lệ." | "One or more values in the request are not valid.",
        remedy: "Sửa từng lỗi trong danh sách lỗi, nơi ghi rõ vị trí và nguyên nhân, rồi gửi lại." | "Correct each fault listed under errors, which gives its place and cause, and send the request again.",
    }
    BatchRejected "BATCH_REJECTED" 422 {
        title: "Lô dữ liệu bị từ chối" | "Batch rejected",
        cause: "Ít nhất một dòng của lô có lỗi, nên không dòng nào được ghi." | "At least one item of the batch is at fault, so none was stored.",
        remedy: "Sửa các dòng nêu trong danh sách lỗi rồi gửi lại cả lô." | "Correct the items listed under errors and send the whole batch again.",
    }
    IdempotencyKeyReused "IDEMPOTENCY_KEY_REUSED" 422 {
        title: "Khóa chống gửi trùng đã dùng cho nội dung khác" | "Key reused with another body",
        cause: "Idempotency-Key này đã được dùng cho một yêu cầu có nội dung khác." | "This Idempotency-Key was used for a request with other content.",
        remedy: "Dùng khóa mới cho nội dung mới; chỉ dùng lại khóa cũ khi gửi lại đúng nội dung cũ." | "Use a new key for new content; use the old one only to send the same content again.",
    }
    PreconditionRequired "PRECONDITION_REQUIRED" 428 {
        title: "Thiếu phiên bản dữ liệu (If-Match)" | "If-Match required",
        cause: "Thao tác này cần tiêu đề If-Match ghi rõ phiên bản của bản ghi." | "This operation needs an If-Match header that names the version of the record.",
        remedy: "Đọc bản ghi rồi gửi lại với If-Match bằng ETag đã nhận; không chấp nhận dấu *." | "Read the record and repeat the request with If-Match set to the ETag received; * is not accepted.",
    }
    RateLimited "RATE_LIMITED" 429 {
        title: "Vượt quá số lần gọi cho phép" | "Rate limit exceeded",
        cause: "Số lần gọi trong thời gian ngắn đã vượt quá giới hạn." | "Too many requests were made in a short time.",
        remedy: "Chờ đủ số giây ghi ở tiêu đề Retry-After rồi gửi lại." | "Wait for the seconds given in the Retry-After header, then try again.",
    }
    HeadersTooLarge "HEADERS_TOO_LARGE" 431 {
        title: "Tiêu đề quá lớn" | "Headers too large",
        cause: "Tổng dung lượng các tiêu đề HTTP vượt quá mức cho phép." | "The HTTP headers together are larger than permitted.",
        remedy: "Bỏ các tiêu đề và cookie không cần thiết rồi gửi lại." | "Leave out headers and cookies that are not needed and send the request again.",
    }
    Internal "INTERNAL" 500 {
        title: "Lỗi hệ thống" | "Internal error",
        cause: "Hệ thống gặp lỗi ngoài dự kiến khi xử lý yêu cầu." | "The service met an unexpected error while handling the request.",
        remedy: "Thử lại sau; nếu lỗi lặp lại, báo cho quản trị viên kèm giá trị instance." | "Try again later; if the error persists, report it to the administrator with the value of instance.",
    }
    Overloaded "OVERLOADED" 503 {
        title: "Hệ thống đang quá tải" | "Overloaded",
        cause: "Hệ thống đang xử lý quá nhiều yêu cầu nên chưa nhận thêm được." | "The service is handling too many requests to accept another one.",
        remedy: "Chờ đủ số giây ghi ở tiêu đề Retry-After rồi gửi lại." | "Wait for the seconds given in the Retry-After header, then try again.",
    }
    DependencyUnavailable "DEPENDENCY_UNAVAILABLE" 503 {
        title: "Hệ thống tạm thời gián đoạn" | "Temporarily unavailable",
        cause: "Một thành phần mà hệ thống cần, như cơ sở dữ liệu, tạm thời không đáp ứng." | "A part that the service needs, such as its database, is not responding.",
        remedy: "Chờ đủ số giây ghi ở tiêu đề Retry-After rồi gửi lại; nếu vẫn gián đoạn, báo cho quản trị viên." | "Wait for the seconds given in the Retry-After header, then try again; tell the administrator if it persists.",
    }

    // Rules of the domain.

    UnitCodeNotHeld "UNIT_CODE_NOT_HELD" 422 {
        title: "Mã đơn vị không có hiệu lực" | "Unit code not held",
        cause: "Vào ngày được hỏi, không đơn vị hành chính nào mang mã này." | "No administrative unit held this code on the day asked.",
        remedy: "Chọn một đơn vị trong candidates, nơi liệt kê mọi đơn vị từng mang mã này, hoặc đổi ngày." | "Choose a unit from candidates, which lists all that ever held the code, or ask for another day.",
    }
    AmbiguousUnit "AMBIGUOUS_UNIT" 422 {
        title: "Tên đơn vị chưa xác định" | "Ambiguous unit",
        cause: "Có nhiều đơn vị hành chính trùng với tên này." | "Several administrative units fit this name.",
        remedy: "Chọn một đơn vị trong candidates và gửi lại bằng unit_id hoặc unit_code." | "Choose a unit from candidates and send its unit_id or unit_code instead.",
    }
    UnitNameNotFound "UNIT_NAME_NOT_FOUND" 422 {
        title: "Không có đơn vị mang tên này" | "Unit name not found",
        cause: "Không tìm thấy đơn vị hành chính nào mang tên này." | "No administrative unit has this name.",
        remedy: "Kiểm tra lại tên, hoặc tìm đơn vị bằng tham số q tại /v1/units." | "Check the name, or search for the unit with the parameter q at /v1/units.",
    }
    UnitNotInPeriod "UNIT_NOT_IN_PERIOD" 422 {
        title: "Đơn vị không tồn tại trong kỳ" | "Unit not in period",
        cause: "Đơn vị hành chính này không tồn tại vào ngày cuối kỳ, hoặc vào ngày bắt đầu của phân loại." | "This administrative unit did not exist on the last day of the period, or on the first day of the status.",
        remedy: "Chọn kỳ hoặc ngày khác, hoặc dùng đơn vị trước hay sau sắp xếp theo /v1/units/{id}/lineage." | "Choose another period or day, or the predecessor or successor shown at /v1/units/{id}/lineage.",
    }
    UnitKindExcluded "UNIT_KIND_EXCLUDED" 422 {
        title: "Loại đơn vị không thuộc đối tượng áp dụng" | "Unit kind excluded",
        cause: "Bộ tiêu chí không áp dụng cho loại đơn vị hành chính này." | "The criteria set does not apply to this kind of administrative unit.",
        remedy: "Chọn đơn vị hoặc bộ tiêu chí khác; phường, thị trấn không đánh giá theo bộ tiêu chí cấp xã." | "Choose another unit or another set; wards and towns are not assessed under a commune set.",
    }
    UnitLevelMismatch "UNIT_LEVEL_MISMATCH" 422 {
        title: "Đơn vị không đúng cấp" | "Unit level mismatch",
        cause: "Đơn vị hành chính này không thuộc cấp mà thao tác yêu cầu." | "This administrative unit is not of the level required here.",
        remedy: "Chọn đơn vị đúng cấp; cấp của từng đơn vị ghi tại /v1/units." | "Name a unit of the required level; /v1/units shows the level of each.",
    }
    UnitOutsideSet "UNIT_OUTSIDE_SET" 422 {
        title: "Bộ tiêu chí của địa phương khác" | "Criteria set of another unit",
        cause: "Bộ tiêu chí do địa phương khác ban hành nên không áp dụng cho đơn vị này." | "The criteria set was issued by another province and does not apply to this unit.",
        remedy: "Chọn bộ tiêu chí quốc gia hoặc bộ tiêu chí của tỉnh quản lý đơn vị." | "Choose the national set or the set of the province that the unit belongs to.",
    }
    CriteriaSetNotFound "CRITERIA_SET_NOT_FOUND" 422 {
        title: "Không có bộ tiêu chí" | "Criteria set not found",
        cause: "Không có bộ tiêu chí phù hợp với mã, đơn vị và kỳ đã nêu." | "No criteria set fits the code, unit and period given.",
        remedy: "Kiểm tra criteria_set_code và kỳ theo danh sách tại /v1/criteria-sets." | "Check criteria_set_code and the period against the list at /v1/criteria-sets.",
    }
    SetReplaced "SET_REPLACED" 422 {
        title: "Bộ tiêu chí đã được thay thế" | "Set was replaced",
        cause: "Bộ tiêu chí này đã có phiên bản thay thế nên không dùng cho đánh giá mới." | "A newer version has come in the place of this set, so nothing new is judged by it.",
        remedy: "Dùng bộ tiêu chí nêu ở by; đánh giá đã có vẫn giữ bộ tiêu chí cũ." | "Use the set named in by; assessments that are there keep the old one.",
    }
    ReplacementMismatch "REPLACEMENT_MISMATCH" 422 {
        title: "Không phải phiên bản của bộ tiêu chí này" | "Not a version of that set",
        cause: "Bộ tiêu chí mới khác bộ được thay ở điểm mà một phiên bản không được khác, hoặc bộ được thay không còn hiệu lực." | "The new set differs from the one it replaces in what a version may not change, or that one is no longer in force.",
        remedy: "Xem differs: nơi ban hành, cấp và bộ gốc phải giữ nguyên; sửa sai sót khi nhập thì danh sách tiêu chí cũng giữ nguyên." | "See differs: issuer, level and base stay the same, and the criteria as well where the reason is TRANSCRIPTION.",
    }
    PeriodOutsideSet "PERIOD_OUTSIDE_SET" 422 {
        title: "Kỳ nằm ngoài hiệu lực của bộ tiêu chí" | "Period outside the criteria set",
        cause: "Kỳ này nằm ngoài thời gian hiệu lực của bộ tiêu chí." | "The period lies outside the time for which the criteria set is valid.",
        remedy: "Chọn kỳ trong thời gian hiệu lực, hoặc bộ tiêu chí có hiệu lực trong kỳ này." | "Choose a period within its validity, or the criteria set valid in this period.",
    }
    CriterionNotInSet "CRITERION_NOT_IN_SET" 422 {
        title: "Tiêu chí không thuộc bộ tiêu chí" | "Criterion not in the set",
        cause: "Bộ tiêu chí không có tiêu chí hoặc nội dung tiêu chí mang mã này." | "The criteria set has no criterion or item with this code.",
        remedy: "Dùng đúng mã trong bộ tiêu chí; mã là chuỗi ký tự nên 17.10 khác 17.1." | "Use a code of the set as written there; codes are text, so 17.10 is not 17.1.",
    }
    DeclaredTotalReversed "DECLARED_TOTAL_REVERSED" 422 {
        title: "Khoảng tổng số bị đảo ngược" | "Declared total reversed",
        cause: "Tổng số tiêu chí đạt khai báo có giá trị nhỏ nhất lớn hơn giá trị lớn nhất." | "The minimum of the declared total is above its maximum.",
        remedy: "Khai min nhỏ hơn hoặc bằng max; nếu biết chính xác, khai hai giá trị bằng nhau." | "Give a min not above max; where the total is exact, give both the same value.",
    }
    DeclaredTotalTooLarge "DECLARED_TOTAL_TOO_LARGE" 422 {
        title: "Tổng số vượt quá số tiêu chí" | "Declared total too large",
        cause: "Tổng số tiêu chí đạt khai báo lớn hơn số tiêu chí của bộ tiêu chí." | "The declared total is above the number of criteria in the set.",
        remedy: "Kiểm tra lại tổng số và bộ tiêu chí; tổng số đếm theo tiêu chí, không đếm theo chỉ tiêu." | "Check the total and the set; the total counts criteria, not their items.",
    }
    TotalContradictsResults "TOTAL_CONTRADICTS_RESULTS" 422 {
        title: "Tổng số mâu thuẫn với kết quả" | "Total contradicts the results",
        cause: "Tổng số tiêu chí đạt khai báo không khớp với kết quả từng tiêu chí." | "No total fits both the declared total and the verdicts given.",
        remedy: "Sửa tổng số khai báo hoặc kết quả của các tiêu chí cho khớp nhau rồi nộp lại." | "Correct the declared total or the verdicts so that they agree, then submit again.",
    }
    ResultRequired "RESULT_REQUIRED" 422 {
        title: "Thiếu kết quả đánh giá" | "Result required",
        cause: "Bản đánh giá theo số liệu đã báo cáo phải có tổng số tiêu chí đạt hoặc kết quả từng tiêu chí." | "A reported assessment needs a declared total or verdicts.",
        remedy: "Gửi kèm declared_total hoặc kết quả của ít nhất một tiêu chí." | "Send declared_total, or the verdict of at least one criterion.",
    }
    ReasonRequired "REASON_REQUIRED" 422 {
        title: "Thiếu lý do" | "Reason required",
        cause: "Trường hợp này phải nêu lý do." | "A reason must be given here.",
        remedy: "Bổ sung lý do; bắt buộc khi ghi NOT_APPLICABLE, sửa kết quả tự động, trả lại hoặc mở lại." | "Add a reason; it is required for NOT_APPLICABLE, for overriding a verdict, for returning and for reopening.",
    }
    ValueOutOfRange "VALUE_OUT_OF_RANGE" 422 {
        title: "Giá trị ngoài khoảng cho phép" | "Value out of range",
        cause: "Giá trị nằm ngoài khoảng có thể có của chỉ tiêu." | "The value is outside the range of its indicator.",
        remedy: "Kiểm tra đơn vị tính và dấu thập phân rồi gửi lại giá trị đúng." | "Check the unit and the decimal sign, and send the right value.",
    }
    DenominatorZero "DENOMINATOR_ZERO" 422 {
        title: "Mẫu số bằng 0" | "Denominator is zero",
        cause: "Không tính được tỷ lệ vì mẫu số bằng 0." | "A rate cannot be divided by zero.",
        remedy: "Nếu đối tượng không có trong xã thì ghi lý do không áp dụng; nếu có thì gửi mẫu số đúng." | "If the thing does not exist in the commune, say why the item does not apply; otherwise send the right denominator.",
    }
    RateMismatch "RATE_MISMATCH" 422 {
        title: "Tỷ lệ không khớp tử số và mẫu số" | "Rate does not fit its parts",
        cause: "Giá trị gửi kèm không phải là thương của tử số và mẫu số." | "The value sent is not the quotient of numerator and denominator.",
        remedy: "Sửa giá trị hoặc tử số, mẫu số; có thể bỏ giá trị để hệ thống tự tính." | "Correct the value or the parts, or leave the value out: the service divides.",
    }
    BreakdownNotDeclared "BREAKDOWN_NOT_DECLARED" 422 {
        title: "Chỉ tiêu không có phân tổ này" | "Breakdown not declared",
        cause: "Chỉ tiêu không khai báo phân tổ theo chiều này." | "The indicator does not declare this dimension.",
        remedy: "Chỉ gửi các phân tổ mà chỉ tiêu khai báo trong breakdowns." | "Send only the dimensions that the indicator declares in breakdowns.",
    }
    BreakdownMismatch "BREAKDOWN_MISMATCH" 422 {
        title: "Phân tổ không khớp tổng số" | "Parts do not fit the whole",
        cause: "Số liệu của nam và nữ (hoặc các nhóm khác) không khớp số chung." | "The figures of men and women, or of other members, do not fit the whole.",
        remedy: "Kiểm tra tử số, mẫu số của từng nhóm: cộng lại phải bằng số chung, tỷ lệ chung phải nằm giữa các tỷ lệ nhóm." | "Check each member: parts add up to the whole, and a rate of the whole lies between those of its members.",
    }
    IndicatorDerived "INDICATOR_DERIVED" 422 {
        title: "Chỉ tiêu do hệ thống tự đếm" | "Indicator is counted by the service",
        cause: "Chỉ tiêu này do hệ thống tính từ dữ liệu khác nên chỉ nhận số kế hoạch (TARGET)." | "The service counts this indicator itself, so it takes no figures but targets.",
        remedy: "Cập nhật dữ liệu gốc (phân loại, công nhận, đánh giá của đơn vị)." | "Record what it is counted from: statuses and assessments of units.",
    }
    CorrectionMismatch "CORRECTION_MISMATCH" 422 {
        title: "Số liệu được đính chính không khớp" | "Correction does not fit",
        cause: "Số liệu nêu trong corrects_id không còn hiệu lực hoặc thuộc chỉ tiêu, đơn vị, kỳ, vòng khác." | "What corrects_id names no longer holds, or is of another indicator, unit, period or stage.",
        remedy: "Đọc lại số liệu đang có hiệu lực và nêu đúng mã của nó." | "Read the figure that holds and name that one.",
    }
    ItemNotInSet "ITEM_NOT_IN_SET" 422 {
        title: "Chỉ tiêu không thuộc bộ tiêu chí" | "Item is not in the set",
        cause: "Bộ tiêu chí của đánh giá không có chỉ tiêu hoặc phần này." | "The set has no such item or part.",
        remedy: "Lấy mã chỉ tiêu từ GET /v1/criteria-sets/{id}/document. Mã là chữ: 17.10 khác 17.1." | "Take the codes from GET /v1/criteria-sets/{id}/document. They are text: 17.10 is not 17.1.",
    }
    SheetOfOtherSet "SHEET_OF_OTHER_SET" 422 {
        title: "Phiếu của bộ tiêu chí khác" | "Sheet of another set",
        cause: "Phiếu gửi lên thuộc bộ tiêu chí khác với bộ của đánh giá." | "The sheet is of another set than the assessment.",
        remedy: "Gửi phiếu vào đánh giá của đúng bộ tiêu chí, hoặc tạo đánh giá mới." | "Send the sheet to the assessment of its set, or begin one.",
    }
    NotApplicableNotAllowed "NOT_APPLICABLE_NOT_ALLOWED" 422 {
        title: "Chỉ tiêu phải áp dụng" | "Item has to apply",
        cause: "Văn bản không cho phép chỉ tiêu này không áp dụng." | "The act does not let this item not apply.",
        remedy: "Chỉ các chỉ tiêu có điều kiện (nếu có) mới được ghi không áp dụng." | "Only conditional items (nếu có) may not apply.",
    }
    BaseMismatch "BASE_MISMATCH" 422 {
        title: "Đánh giá gốc không phù hợp" | "Base does not fit",
        cause: "Đánh giá gốc phải cùng đơn vị, bộ tiêu chí, kỳ và ở vòng trước." | "The base has to be of the same unit, set and period, at an earlier stage.",
        remedy: "Nêu đánh giá ở vòng trước của cùng đơn vị, bộ tiêu chí và kỳ, hoặc bỏ based_on_id." | "Name an assessment of an earlier stage with the same unit, set and period, or leave based_on_id out.",
    }
    UnverifiedThresholds "UNVERIFIED_THRESHOLDS" 422 {
        title: "Mức phải đạt chưa được đối chiếu" | "Thresholds are not verified",
        cause: "Kết quả thẩm định dựa trên mức chưa đối chiếu với văn bản nên phải nêu lý do khi ký." | "The appraisal rests on thresholds that were not verified against the act, so signing needs a reason.",
        remedy: "Nêu lý do trong reason, hoặc đối chiếu các mức trước khi ký." | "Give the reason, or verify the thresholds before signing.",
    }
    ThresholdGap "THRESHOLD_GAP" 422 {
        title: "Thiếu mức phải đạt" | "Thresholds leave a gap",
        cause: "Có vùng, nhóm xã hoặc năm không có mức nào." | "A region, a group of communes or a year is left without a threshold.",
        remedy: "Bổ sung mức còn thiếu; nếu chưa biết thì ghi mức không có giá trị." | "Add what is missing; a level that is not known is written without value.",
    }
    ThresholdOverlap "THRESHOLD_OVERLAP" 422 {
        title: "Mức phải đạt trùng nhau" | "Thresholds overlap",
        cause: "Hai mức của cùng chỉ tiêu dành cho cùng vùng, nhóm xã và năm." | "Two thresholds of an item are for the same region, group and year.",
        remedy: "Bỏ một trong hai mức." | "Leave one of them out.",
    }
    ThresholdNotInSet "THRESHOLD_NOT_IN_SET" 422 {
        title: "Bộ tiêu chí không có mức này" | "No such threshold in the set",
        cause: "Bộ tiêu chí này không quy định mức nào cho chỉ tiêu, phần, vùng, nhóm xã và năm đã nêu." | "This set itself gives no threshold for the item, part, region, group and year named.",
        remedy: "Lấy các mức từ GET /v1/criteria-sets/{id}/document; mức do bộ gốc quy định thì nêu mã bộ gốc." | "Take the thresholds from GET /v1/criteria-sets/{id}/document; what the base set says is verified under the code of the base set.",
    }
    ThresholdDiffers "THRESHOLD_DIFFERS" 422 {
        title: "Mức đã nạp khác với văn bản" | "The loaded threshold differs",
        cause: "Mức đọc được trong văn bản khác với mức đã nạp, nên không thể ghi là đã đối chiếu." | "What was read in the text is not what was loaded, so it cannot be recorded as verified.",
        remedy: "Đọc lại văn bản; nếu mức đã nạp sai thì ban hành một phiên bản mới của bộ tiêu chí với replaces.reason là TRANSCRIPTION." | "Read the text again; if the loaded threshold is wrong, publish a new version of the set whose replaces.reason is TRANSCRIPTION.",
    }
    TerritoryLeftOver "TERRITORY_LEFT_OVER" 422 {
        title: "Còn phần lãnh thổ chưa có nơi nhận" | "Territory left over",
        cause: "Một phần lãnh thổ của đơn vị này không được chuyển về đơn vị nào." | "A part of this unit's territory goes nowhere.",
        remedy: "Bổ sung các phần còn lại, hoặc sửa tỷ lệ để các phần cộng lại đúng bằng 100 %." | "Add the missing parts, or correct the shares so that they add up to exactly 100 percent.",
    }
    TerritoryUsedTwice "TERRITORY_USED_TWICE" 422 {
        title: "Lãnh thổ bị chuyển hai lần" | "Territory used twice",
        cause: "Cùng một phần lãnh thổ của đơn vị này được chuyển đi nhiều lần." | "The same territory of this unit is given away more than once.",
        remedy: "Chỉ để một dòng WHOLE, hoặc nhiều dòng PART có tổng không quá 100 %." | "Keep a single WHOLE edge, or PART edges that do not exceed 100 percent together.",
    }
    SuccessionDateGap "SUCCESSION_DATE_GAP" 422 {
        title: "Sai trình tự thời gian" | "Date skipped",
        cause: "Đơn vị này không tồn tại vào ngày liền trước, hoặc đã có thay đổi vào ngày này hay sau đó." | "The unit did not exist on the day before, or a change on or after this day is already recorded.",
        remedy: "Ghi các thay đổi theo đúng thứ tự ngày hiệu lực." | "Record changes in the order of their effective dates.",
    }
    UnitCodeTaken "UNIT_CODE_TAKEN" 422 {
        title: "Mã đơn vị đang có đơn vị khác dùng" | "Unit code taken",
        cause: "Từ ngày hiệu lực, mã này vẫn thuộc một đơn vị khác." | "From the effective date another unit still bears this code.",
        remedy: "Kiểm tra mã, hoặc đưa đơn vị đang dùng mã vào cùng sự kiện." | "Check the code, or make its holder part of the same act.",
    }
    ResultWithoutOrigin "RESULT_WITHOUT_ORIGIN" 422 {
        title: "Đơn vị mới không rõ nguồn gốc" | "Result without origin",
        cause: "Không có dòng nào chuyển lãnh thổ vào đơn vị này." | "No edge leads into this unit.",
        remedy: "Thêm dòng tương ứng; nếu thành lập hoàn toàn mới thì dùng CREATE." | "Add the edge that leads to it; use CREATE for a unit that comes from none.",
    }
    EdgeKindMismatch "EDGE_KIND_MISMATCH" 422 {
        title: "Loại thay đổi không khớp" | "Edge does not fit its kind",
        cause: "Dòng này không phù hợp với loại thay đổi đã nêu." | "The edge contradicts the kind that it names.",
        remedy: "Xem mô tả từng loại thay đổi trong tài liệu API và sửa loại hoặc nội dung của dòng." | "See the kinds in the API documentation and correct the kind or the content of the edge.",
    }
    UnitOrphaned "UNIT_ORPHANED" 422 {
        title: "Đơn vị cấp dưới không còn đơn vị cấp trên" | "Unit orphaned",
        cause: "Sau sự kiện này, đơn vị vẫn trực thuộc một đơn vị đã chấm dứt." | "After the act the unit would still stand under a unit that has ended.",
        remedy: "Thêm dòng MOVE cho đơn vị, hoặc đưa đơn vị vào sáp nhập, giải thể." | "Add a MOVE for the unit, or let the act merge or abolish it.",
    }
    UnitLevelOrder "UNIT_LEVEL_ORDER" 422 {
        title: "Cấp của đơn vị không hợp lệ" | "Unit level out of order",
        cause: "Đơn vị phải trực thuộc một đơn vị cao cấp hơn." | "A unit must stand under a unit of a higher level.",
        remedy: "Kiểm tra mã của đơn vị và của đơn vị cấp trên." | "Check the codes of the unit and of its parent.",
    }
    StatusOverlaps "STATUS_OVERLAPS" 422 {
        title: "Trùng thời gian với phân loại khác" | "Status overlaps another",
        cause: "Đơn vị đã có phân loại cùng loại vào hoặc sau ngày này." | "The unit has a status of the same kind on or after this day.",
        remedy: "Chấm dứt phân loại cũ, hoặc chọn ngày bắt đầu sau phân loại đó." | "End the other status, or choose a later first day.",
    }
    ConditionsNotMet "CONDITIONS_NOT_MET" 422 {
        title: "Chưa đủ điều kiện công nhận" | "Conditions not met",
        cause: "Điều kiện công nhận này chưa đạt hoặc chưa được đánh giá." | "This condition of recognition is not met, or was not assessed.",
        remedy: "Bổ sung hồ sơ rồi thẩm định lại, hoặc nêu override_reason; lý do được lưu và hiển thị cùng hồ sơ." | "Complete the dossier and appraise it again, or give override_reason; it stays visible with the dossier.",
    }
    AssessmentMismatch "ASSESSMENT_MISMATCH" 422 {
        title: "Đánh giá không phù hợp với hồ sơ" | "Assessment does not fit",
        cause: "Bước này phải dựa trên đánh giá đã trình, đúng đơn vị, bộ tiêu chí, năm và vòng." | "The step has to rest on a submitted assessment of the same unit, set and year, at the stage of the step.",
        remedy: "Nêu đánh giá đã trình ở đúng vòng của cùng đơn vị, bộ tiêu chí và năm." | "Name a submitted assessment of the right stage with the same unit, set and year.",
    }
    VotesBelowShare "VOTES_BELOW_SHARE" 422 {
        title: "Không đủ tỷ lệ phiếu tán thành" | "Votes below the required share",
        cause: "Tỷ lệ thành viên hội đồng tán thành thấp hơn mức quy định." | "The share of the council's members in favour is below what is required.",
        remedy: "Kiểm tra số phiếu; nếu đúng thì trả lại hồ sơ." | "Check the votes; if they are right, return the dossier.",
    }
    LevelNotOfSet "LEVEL_NOT_OF_SET" 422 {
        title: "Danh hiệu không thuộc bộ tiêu chí này" | "Level not of this set",
        cause: "Bộ tiêu chí này dùng để công nhận danh hiệu khác." | "The criteria set leads to another level of recognition.",
        remedy: "Chọn bộ tiêu chí của danh hiệu đề nghị, hoặc sửa danh hiệu." | "Choose the set of the level sought, or correct the level.",
    }
    ParentNotAllowed "PARENT_NOT_ALLOWED" 422 {
        title: "Không được trực thuộc ban này" | "Parent not allowed",
        cause: "Tổ giúp việc phải trực thuộc một ban chỉ đạo; ban chỉ đạo thì không trực thuộc ban nào." | "A working group serves a committee and not another group; a committee serves none.",
        remedy: "Chọn một ban chỉ đạo làm parent_id, hoặc bỏ parent_id." | "Name a committee as parent_id, or leave it out.",
    }
    MandateOverlaps "MANDATE_OVERLAPS" 422 {
        title: "Phân công bị trùng" | "Mandate overlaps",
        cause: "Người hoặc cơ quan này đã có phân công đó trong ban trong một phần của khoảng thời gian này." | "This person or agency already holds that mandate in the committee on some of these days.",
        remedy: "Kết thúc phân công {id} trước, hoặc chọn ngày khác." | "End the mandate {id} first, or choose other days.",
    }
    NotAMember "NOT_A_MEMBER" 422 {
        title: "Không phải thành viên của ban" | "Not a member",
        cause: "Người hoặc cơ quan này không là thành viên của ban vào ngày nào trong khoảng thời gian đó." | "This person or agency does not belong to the committee on any of these days.",
        remedy: "Ghi tư cách thành viên (MEMBERSHIP) trước khi giao phụ trách." | "Record the membership (MEMBERSHIP) before the charge.",
    }
    UnitOutsideCommittee "UNIT_OUTSIDE_COMMITTEE" 422 {
        title: "Ngoài địa bàn của ban" | "Outside the committee's territory",
        cause: "Đơn vị này không thuộc địa bàn của ban chỉ đạo vào ngày đó." | "The unit is not in the committee's territory on that day.",
        remedy: "Chọn một đơn vị thuộc địa bàn của ban." | "Choose a unit of the committee's territory.",
    }
    AssigneeOutsideCommittee "ASSIGNEE_OUTSIDE_COMMITTEE" 422 {
        title: "Không thuộc ban" | "Not the committee's to task",
        cause: "Người, cơ quan, đơn vị hoặc tổ này vào ngày đó không là thành viên, tổ giúp việc của ban và cũng không thuộc địa bàn của ban." | "On that day this is neither a member or group of the committee, nor an agency or unit of its territory.",
        remedy: "Chọn một thành viên, tổ giúp việc, cơ quan hoặc đơn vị của ban; nếu thiếu phân công thì ghi phân công trước." | "Choose a member, a group, an agency or a unit of the committee; where the mandate is missing, record it first.",
    }
    DueBeforeAct "DUE_BEFORE_ACT" 422 {
        title: "Thời hạn trước ngày giao" | "Due before the act",
        cause: "Thời hạn không được trước ngày ban hành văn bản hoặc ngày giao việc ({min})." | "Nothing is due before the act was issued or the work was given ({min}).",
        remedy: "Sửa thời hạn, hoặc bỏ trống nếu là việc thường xuyên." | "Correct the due date, or leave it out for work that stands.",
    }
    EscalationNotUpward "ESCALATION_NOT_UPWARD" 422 {
        title: "Không phải cấp trên" | "Not upward",
        cause: "Cấp giải quyết phải là cấp của đơn vị trở lên, và khi chuyển tiếp phải cao hơn cấp đang giải quyết ({max})." | "The level is that of the unit or above it, and an escalation goes above the one that was to solve it ({max}).",
        remedy: "Chọn một cấp cao hơn." | "Choose a higher level.",
    }
    SolverNotAbove "SOLVER_NOT_ABOVE" 422 {
        title: "Không ở cấp của đơn vị hoặc cấp trên" | "Neither of the unit nor above it",
        cause: "Nơi được giao trả lời không thuộc đơn vị đang vướng mắc và cũng không ở cấp trên của đơn vị đó." | "Whoever is to answer belongs neither to the unit in which it stands nor to one above it.",
        remedy: "Giao cho cơ quan, ban hoặc chính quyền của đơn vị đó hay của cấp trên." | "Assign an agency, a committee or the authorities of that unit or of one above it.",
    }
    NoDueDate "NO_DUE_DATE" 422 {
        title: "Không có thời hạn để gia hạn" | "No due date to extend",
        cause: "Nhiệm vụ hoặc chế độ báo cáo này không có thời hạn." | "This task or reporting duty has no due date.",
        remedy: "Chỉ gia hạn nhiệm vụ có due_date và chế độ báo cáo có due_rule." | "Extend only tasks that have a due_date and duties that have a due_rule.",
    }
    ReportNotOwed "REPORT_NOT_OWED" 422 {
        title: "Không có chế độ báo cáo này" | "Report not owed",
        cause: "Chế độ báo cáo không áp dụng cho kỳ này, hoặc không ràng buộc đơn vị này vào ngày đến hạn." | "The duty asks for no report on this period, or does not bind this unit on the day on which the report is due.",
        remedy: "Xem period_kind, from_level, valid_from và valid_to của chế độ tại /v1/reporting-duties; đơn vị đã sáp nhập thì đơn vị kế thừa báo cáo." | "See period_kind, from_level, valid_from and valid_to of the duty at /v1/reporting-duties; after a merger the successor reports.",
    }
    RecipientBelow "RECIPIENT_BELOW" 422 {
        title: "Cấp nhận thấp hơn cấp gửi" | "Recipient below the sender",
        cause: "Báo cáo gửi cho cùng cấp hoặc cấp trên, không gửi xuống cấp dưới." | "A report goes to the same level or to one above, never to one below.",
        remedy: "Chọn to_level bằng hoặc cao hơn from_level." | "Choose a to_level that is from_level or above it.",
    }
    CalendarDayUnchanged "CALENDAR_DAY_UNCHANGED" 422 {
        title: "Ngày vốn đã như vậy" | "The day is so already",
        cause: "Thứ Hai đến thứ Sáu vốn là ngày làm việc, thứ Bảy và Chủ nhật vốn là ngày nghỉ." | "Monday to Friday are worked and Saturday and Sunday are off without being recorded.",
        remedy: "Chỉ ghi ngày nghỉ rơi vào ngày trong tuần (is_working: false) hoặc ngày cuối tuần làm bù (is_working: true)." | "Record only weekdays that are off (is_working: false) and weekends that are worked (is_working: true).",
    }
    AmountNotPositive "AMOUNT_NOT_POSITIVE" 422 {
        title: "Số tiền phải lớn hơn 0" | "Amount not positive",
        cause: "Số tiền phải là số nguyên đồng lớn hơn 0; chỉ bút toán điều chỉnh được âm." | "An amount is more than zero đồng; only an adjustment may take away.",
        remedy: "Nhập số tiền dương; để sửa một bút toán đã ghi, hãy đảo bút toán đó." | "Give a positive amount; to correct an entry that is recorded, reverse it.",
    }
    SumTooLarge "SUM_TOO_LARGE" 422 {
        title: "Tổng vượt mức ghi chính xác được" | "Sum too large",
        cause: "Tổng của dòng vốn vượt 9.007.199.254.740.991 đồng, mức lớn nhất ghi chính xác được." | "The sum of the line would pass 9,007,199,254,740,991 đồng, the largest that is exact in every client.",
        remedy: "Kiểm tra đơn vị tính của số tiền: luôn là đồng." | "Check the unit of the amount: it is always đồng.",
    }
    ComponentOfOtherProgramme "COMPONENT_OF_OTHER_PROGRAMME" 422 {
        title: "Hợp phần của chương trình khác" | "Component of another programme",
        cause: "Hợp phần này thuộc chương trình khác." | "This component belongs to another programme.",
        remedy: "Chọn hợp phần trong cây của chương trình đã nêu (/v1/programmes)." | "Choose a component of the programme that is named (/v1/programmes).",
    }
    ComponentParentInvalid "COMPONENT_PARENT_INVALID" 422 {
        title: "Hợp phần cấp trên không hợp lệ" | "Invalid parent of a component",
        cause: "Hợp phần cấp trên không có trong văn bản này, hoặc các hợp phần nằm trong nhau thành vòng." | "The parent is no component of the document, or the components stand on each other.",
        remedy: "Chọn hợp phần cấp trên có trong cùng văn bản; hợp phần trực thuộc chương trình thì bỏ trống." | "Name a component of the same document; leave the member out right below the programme.",
    }
    PlanYearOutsideProgramme "PLAN_YEAR_OUTSIDE_PROGRAMME" 422 {
        title: "Năm ngoài thời hạn chương trình" | "Plan year outside the programme",
        cause: "Năm vốn nằm ngoài thời hạn của chương trình, hoặc trước năm được giao vốn." | "The year is outside the programme, or before the one for which the money was given first.",
        remedy: "Chọn năm trong thời hạn chương trình; vốn kéo dài thì giữ năm gốc ở origin_year." | "Choose a year of the programme; money carried over keeps its first year in origin_year.",
    }
    MemberNotOfKind "MEMBER_NOT_OF_KIND" 422 {
        title: "Trường không dùng cho loại này" | "Member not of this kind",
        cause: "Trường này không dùng cho loại bút toán đã chọn." | "Entries of this kind have no such member.",
        remedy: "Bỏ trường này, hoặc chọn đúng loại bút toán." | "Leave the member out, or choose the kind that has it.",
    }
    DistributionNotBelow "DISTRIBUTION_NOT_BELOW" 422 {
        title: "Phân bổ không đúng chiều" | "Distribution not downwards",
        cause: "Nơi nhận không thuộc đơn vị hoặc hợp phần phân bổ." | "What receives it is not below the unit or component that gives it.",
        remedy: "Chọn đơn vị hoặc hợp phần bên dưới; để thu hồi, hãy đảo bút toán phân bổ." | "Choose a unit or component below; to take a distribution back, reverse it.",
    }
    WorkOutsideUnit "WORK_OUTSIDE_UNIT" 422 {
        title: "Công trình ngoài đơn vị" | "Work outside the unit",
        cause: "Công trình không nằm trong đơn vị của dòng vốn." | "The work does not stand in the unit of the line.",
        remedy: "Chọn công trình của đơn vị hoặc của đơn vị bên dưới (/v1/works)." | "Choose a work of the unit or of one below it (/v1/works).",
    }
    CarryWithoutCounterpart "CARRY_WITHOUT_COUNTERPART" 422 {
        title: "Chuyển nguồn thiếu vế đối ứng" | "Carry-over without its counterpart",
        cause: "Vốn chuyển sang năm sau phải đi cùng vế nhận của năm sau: cùng pair_id, cùng số tiền, cùng dòng vốn." | "What is carried out of a year is carried into the next one with it: same pair_id, same amount, same line.",
        remedy: "Gửi hai bút toán CARRY_OUT và CARRY_IN trong một lô với cùng pair_id." | "Send CARRY_OUT and CARRY_IN in one batch with the same pair_id.",
    }
    LineExceeded "LINE_EXCEEDED" 422 {
        title: "Giải ngân vượt kế hoạch" | "Line exceeded",
        cause: "Số giải ngân sẽ vượt kế hoạch và vốn chuyển sang của dòng vốn." | "More would be disbursed than was planned and carried in.",
        remedy: "Kiểm tra số tiền và dòng vốn; nếu đúng, ghi lý do vào override_reason." | "Check amount and line; where both are right, say why in override_reason.",
    }
    RemainderExceeded "REMAINDER_EXCEEDED" 422 {
        title: "Vượt số vốn còn lại" | "Remainder exceeded",
        cause: "Số chuyển sang năm sau, hủy hoặc giảm lớn hơn số còn lại của dòng vốn." | "More would be carried out, lapsed or taken away than is left.",
        remedy: "Kiểm tra số còn lại của dòng vốn (/v1/budget-lines); nếu đúng, ghi lý do vào override_reason." | "Check what is left of the line (/v1/budget-lines); where it is right, say why in override_reason.",
    }
    AdvanceNotOutstanding "ADVANCE_NOT_OUTSTANDING" 422 {
        title: "Thu hồi quá số tạm ứng" | "Advance not outstanding",
        cause: "Số thu hồi lớn hơn số tạm ứng chưa thu hồi của dòng vốn." | "More would be recovered than was advanced.",
        remedy: "Kiểm tra số tạm ứng của dòng vốn; nếu đúng, ghi lý do vào override_reason." | "Check the advances of the line; where it is right, say why in override_reason.",
    }
    RefundExceedsDisbursed "REFUND_EXCEEDS_DISBURSED" 422 {
        title: "Nộp trả quá số giải ngân" | "Refund exceeds what was disbursed",
        cause: "Số nộp trả lớn hơn số đã giải ngân của dòng vốn." | "More would be given back than was disbursed.",
        remedy: "Kiểm tra số tiền và dòng vốn; nếu đúng, ghi lý do vào override_reason." | "Check amount and line; where both are right, say why in override_reason.",
    }
    CommitmentNotOpen "COMMITMENT_NOT_OPEN" 422 {
        title: "Hủy quá số cam kết chi" | "Commitment not open",
        cause: "Số hủy lớn hơn số cam kết chi của dòng vốn." | "More would be decommitted than was committed.",
        remedy: "Kiểm tra số cam kết chi của dòng vốn; nếu đúng, ghi lý do vào override_reason." | "Check the commitments of the line; where it is right, say why in override_reason.",
    }
    GeometryInvalid "GEOMETRY_INVALID" 422 {
        title: "Hình học không hợp lệ" | "Invalid geometry",
        cause: "Ranh giới không phải là đa giác GeoJSON hợp lệ." | "The geometry is no valid GeoJSON polygon.",
        remedy: "Gửi Polygon hoặc MultiPolygon theo kinh độ, vĩ độ (WGS 84), mỗi vòng có ít nhất 4 điểm và khép kín." | "Send a Polygon or MultiPolygon in longitude, latitude (WGS 84), each ring closed with at least 4 positions.",
    }
    ExpiryInPast "EXPIRY_IN_PAST" 422 {
        title: "Thời hạn đã qua" | "Expiry in the past",
        cause: "Thời điểm hết hạn phải ở sau thời điểm hiện tại." | "The expiry must lie in the future.",
        remedy: "Chọn thời điểm hết hạn trong tương lai, không quá 366 ngày kể từ hôm nay." | "Choose a time in the future, at most 366 days from today.",
    }
    ExpiryTooFar "EXPIRY_TOO_FAR" 422 {
        title: "Thời hạn quá dài" | "Expiry too far",
        cause: "Khóa API chỉ có hiệu lực tối đa 366 ngày." | "An API key is valid for at most 366 days.",
        remedy: "Chọn thời điểm hết hạn gần hơn; trước khi hết hạn, tạo khóa thứ hai để thay thế." | "Choose an earlier expiry, and create a second key to replace this one before it ends.",
    }
    DateInFuture "DATE_IN_FUTURE" 422 {
        title: "Ngày trong tương lai" | "Date in the future",
        cause: "Ngày này không được sau ngày hôm nay theo giờ Việt Nam." | "This date may not be after today in Viet Nam's calendar.",
        remedy: "Nhập ngày hôm nay hoặc một ngày đã qua." | "Give today's date or an earlier one.",
    }
    DateOrder "DATE_ORDER" 422 {
        title: "Sai thứ tự ngày" | "Dates out of order",
        cause: "Ngày kết thúc không được trước ngày bắt đầu." | "The end may not lie before the beginning.",
        remedy: "Sửa một trong hai ngày cho đúng thứ tự." | "Correct one of the two dates.",
    }

    // A sheet as a file.

    ImportRejected "IMPORT_REJECTED" 422 {
        title: "Tệp phiếu bị từ chối" | "Import rejected",
        cause: "Ít nhất một ô của tệp có lỗi, nên không ô nào được ghi." | "At least one cell of the file is at fault, so nothing of it was stored.",
        remedy: "Sửa các ô nêu trong danh sách lỗi rồi gửi lại cả tệp." | "Correct the cells listed under errors and send the whole file again.",
    }
    AmbiguousNumber "AMBIGUOUS_NUMBER" 422 {
        title: "Số viết có hai cách hiểu" | "Ambiguous number",
        cause: "Dấu chấm hoặc dấu phẩy trong số này có thể là dấu hàng nghìn mà cũng có thể là dấu thập phân." | "The point or comma in this number may separate thousands as well as decimals.",
        remedy: "Viết 1234 cho một nghìn hai trăm ba mươi tư, viết 1,2340 cho một phẩy hai ba bốn." | "Write 1234 for one thousand two hundred and thirty-four, and 1,2340 for one point two three four.",
    }
    UnknownColumn "UNKNOWN_COLUMN" 422 {
        title: "Cột không có trong mẫu phiếu" | "Unknown column",
        cause: "Mẫu phiếu của bộ tiêu chí không có cột mang tiêu đề này." | "The sheet of the criteria set has no column with this heading.",
        remedy: "Giữ nguyên dòng tiêu đề của mẫu phiếu; xóa cột thừa." | "Keep the headings of the template as they are, and delete columns that are not part of it.",
    }
    FormulaRefused "FORMULA_REFUSED" 422 {
        title: "Không nhận ô công thức" | "Formula refused",
        cause: "Ô này chứa công thức; giá trị hiển thị có thể không còn đúng." | "This cell holds a formula, and what it shows may no longer be so.",
        remedy: "Sao chép rồi dán đặc biệt dưới dạng giá trị (Paste Special, Values)." | "Copy the cell and paste it as a value (Paste Special, Values).",
    }
    UnitContradiction "UNIT_CONTRADICTION" 422 {
        title: "Mã và tên đơn vị không khớp" | "Code and name contradict each other",
        cause: "Mã đơn vị và tên đơn vị của dòng này không phải của cùng một đơn vị." | "The unit code and the unit name of this row are not those of one unit.",
        remedy: "Sửa mã hoặc tên cho khớp, hoặc để trống một trong hai." | "Correct one of them, or leave one of them blank.",
    }
    UnitNotInSheet "UNIT_NOT_IN_SHEET" 422 {
        title: "Đơn vị không thuộc phiếu này" | "Unit not in this sheet",
        cause: "Đơn vị của dòng này không phải là đơn vị được đánh giá trong mẫu phiếu đã tải." | "The unit of this row is not one of those that the template lists.",
        remedy: "Tải lại mẫu phiếu của đơn vị cấp trên cần nhập và chỉ nhập các dòng có sẵn." | "Take the template of the unit above again, and fill in only the rows that it has.",
    }
    TotalMismatch "TOTAL_MISMATCH" 422 {
        title: "Dòng tổng không khớp" | "Total does not fit",
        cause: "Dòng tổng không bằng tổng các dòng phía trên." | "The total is not what the rows above it come to.",
        remedy: "Đối chiếu từng dòng với văn bản gốc; thường có một số bị đảo chữ số." | "Hold each row against the original: often two digits have changed places.",
    }
    ThousandfoldNeighbours "THOUSANDFOLD_NEIGHBOURS" 422 {
        title: "Số tiền lệch khoảng nghìn lần" | "A thousand times its neighbours",
        cause: "Số tiền này lớn hoặc nhỏ hơn các dòng khác khoảng nghìn lần." | "The amount is about a thousand times the others, or a thousandth of them.",
        remedy: "Kiểm tra đơn vị tính của dòng này; nếu đúng, gửi lại với confirm_outliers=true." | "Check the unit of this row; where it is right, send the file again with confirm_outliers=true.",
    }
    FileNameInvalid "FILE_NAME_INVALID" 422 {
        title: "Tên tệp không hợp lệ" | "Invalid file name",
        cause: "Tên tệp chứa ký tự không dùng được trong tên tệp, hoặc phần mở rộng không đúng với định dạng." | "The name holds characters that no file name may, or its ending is not that of the format.",
        remedy: "Gửi tên tệp không kèm thư mục, với phần mở rộng đúng định dạng, như Quyết định 12.pdf." | "Send the name without folders and with the ending of its format, such as Quyết định 12.pdf.",
    }
    ContentHashMismatch "CONTENT_HASH_MISMATCH" 422 {
        title: "Mã băm không khớp với tệp" | "Hash is not that of the file",
        cause: "Mã băm gửi kèm không phải là mã băm SHA-256 của tệp đã nêu." | "The hash sent along is not the SHA-256 of the file that is named.",
        remedy: "Bỏ mã băm, hoặc nêu đúng tệp mà mã băm thuộc về." | "Leave the hash out, or name the file to which it belongs.",
    }
    MacroRefused "MACRO_REFUSED" 422 {
        title: "Không nhận tệp có macro" | "Macros refused",
        cause: "Bảng tính chứa macro." | "The workbook holds macros.",
        remedy: "Lưu lại dưới dạng Excel Workbook (.xlsx) không có macro rồi gửi lại." | "Save it as an Excel Workbook (.xlsx) without macros and send it again.",
    }
    ExternalLinkRefused "EXTERNAL_LINK_REFUSED" 422 {
        title: "Không nhận tệp có liên kết ra ngoài" | "External links refused",
        cause: "Bảng tính có liên kết đến tệp hoặc nguồn dữ liệu khác." | "The workbook links to other files or sources of data.",
        remedy: "Ngắt các liên kết (Data, Edit Links, Break Link) rồi gửi lại." | "Break the links (Data, Edit Links, Break Link) and send it again.",
    }
    EmbeddedObjectRefused "EMBEDDED_OBJECT_REFUSED" 422 {
        title: "Không nhận tệp có đối tượng nhúng" | "Embedded objects refused",
        cause: "Bảng tính có tệp hoặc đối tượng nhúng bên trong." | "The workbook has files or objects embedded in it.",
        remedy: "Xóa các đối tượng nhúng rồi gửi lại." | "Delete the embedded objects and send it again.",
    }
    XmlEntityRefused "XML_ENTITY_REFUSED" 422 {
        title: "Không nhận khai báo DTD trong tệp" | "Document type refused",
        cause: "Một phần của bảng tính khai báo DTD hoặc thực thể XML." | "A part of the workbook declares a document type or XML entities.",
        remedy: "Mở tệp bằng phần mềm bảng tính, lưu lại dưới dạng .xlsx rồi gửi lại." | "Open it in a spreadsheet program, save it as .xlsx and send it again.",
    }
    FileNotReadable "FILE_NOT_READABLE" 422 {
        title: "Không đọc được tệp" | "File not readable",
        cause: "Nội dung tệp không đúng loại đã khai báo, hoặc tệp bị hỏng." | "The content is not of the declared type, or the file is damaged.",
        remedy: "Gửi tệp .xlsx hoặc tệp .csv mã hóa UTF-8 với đúng Content-Type." | "Send an .xlsx file, or a .csv file in UTF-8, under the Content-Type of its kind.",
    }
    FileTooLargeUnpacked "FILE_TOO_LARGE_UNPACKED" 422 {
        title: "Tệp giải nén quá lớn" | "Too large when unpacked",
        cause: "Tệp có quá nhiều phần, hoặc nội dung sau khi giải nén vượt mức cho phép." | "The file has too many parts, or its content is too large when unpacked.",
        remedy: "Xóa các trang, dòng và định dạng thừa; chia thành nhiều tệp nhỏ hơn." | "Delete sheets, rows and formats that are not needed, or split the file.",
    }
    TooManySheets "TOO_MANY_SHEETS" 422 {
        title: "Quá nhiều trang tính" | "Too many sheets",
        cause: "Bảng tính có nhiều hơn 50 trang." | "The workbook has more than 50 sheets.",
        remedy: "Chỉ giữ lại trang phiếu đánh giá." | "Keep only the assessment sheet.",
    }

    // One field or parameter.

    Required "REQUIRED" 422 {
        title: "Thiếu giá trị bắt buộc" | "Required",
        cause: "Giá trị này là bắt buộc." | "This value is required.",
        remedy: "Bổ sung giá trị còn thiếu." | "Add the missing value.",
    }
    UnknownMember "UNKNOWN_MEMBER" 422 {
        title: "Trường không được hỗ trợ" | "Unknown member",
        cause: "Đối tượng không có trường mang tên này." | "The object has no member of this name.",
        remedy: "Kiểm tra chính tả của tên trường theo tài liệu API, hoặc bỏ trường này." | "Check the spelling of the member against the API documentation, or leave it out.",
    }
    ReadOnly "READ_ONLY" 422 {
        title: "Trường chỉ đọc" | "Read-only",
        cause: "Trường này chỉ đọc, và giá trị đã gửi khác với giá trị hiện tại." | "This member is read-only, and the value sent differs from the current one.",
        remedy: "Bỏ trường này, hoặc gửi đúng giá trị hiện tại." | "Leave the member out, or send its current value.",
    }
    NullNotAllowed "NULL_NOT_ALLOWED" 422 {
        title: "Không được để null" | "Null not allowed",
        cause: "Giá trị này không được là null." | "This value may not be null.",
        remedy: "Gửi một giá trị; khi sửa bằng PATCH, bỏ trường này nếu muốn giữ nguyên." | "Send a value; in a PATCH, leave the member out to keep it as it is.",
    }
    StringExpected "STRING_EXPECTED" 422 {
        title: "Phải là chuỗi ký tự" | "String expected",
        cause: "Giá trị phải là chuỗi ký tự." | "The value must be a string.",
        remedy: "Đặt giá trị trong dấu ngoặc kép; các mã gồm chữ số, như 00712, cũng là chuỗi ký tự." | "Write the value in double quotes; codes made of digits, such as 00712, are strings too.",
    }
    IntegerExpected "INTEGER_EXPECTED" 422 {
        title: "Phải là số nguyên" | "Integer expected",
        cause: "Giá trị phải là số nguyên, không có phần thập phân hay số mũ." | "The value must be an integer without fraction or exponent.",
        remedy: "Ghi chỉ gồm các chữ số, như 1500000000; trong JSON không đặt trong dấu ngoặc kép." | "Write digits only, such as 1500000000; in JSON without quotes.",
    }
    NumberExpected "NUMBER_EXPECTED" 422 {
        title: "Phải là số" | "Number expected",
        cause: "Giá trị phải là số." | "The value must be a number.",
        remedy: "Ghi số với dấu chấm thập phân, như 87.5; trong JSON không đặt trong dấu ngoặc kép." | "Write the number with a decimal point, such as 87.5; in JSON without quotes.",
    }
    BooleanExpected "BOOLEAN_EXPECTED" 422 {
        title: "Phải là true hoặc false" | "Boolean expected",
        cause: "Giá trị phải là true hoặc false, không đặt trong dấu ngoặc kép." | "The value must be true or false without quotes.",
        remedy: "Gửi giá trị lô-gic của JSON, không gửi chuỗi hay số." | "Send a JSON boolean, not a string or a number.",
    }
    ObjectExpected "OBJECT_EXPECTED" 422 {
        title: "Phải là đối tượng JSON" | "Object expected",
        cause: "Giá trị phải là một đối tượng JSON." | "The value must be a JSON object.",
        remedy: "Đặt nội dung trong dấu ngoặc nhọn { }, đúng cấu trúc nêu trong tài liệu API." | "Write the content in braces { }, in the shape given in the API documentation.",
    }
    ArrayExpected "ARRAY_EXPECTED" 422 {
        title: "Phải là mảng JSON" | "Array expected",
        cause: "Giá trị phải là một mảng JSON." | "The value must be a JSON array.",
        remedy: "Đặt các phần tử trong dấu ngoặc vuông [ ], kể cả khi chỉ có một phần tử." | "Write the items in brackets [ ], even when there is only one.",
    }
    InvalidDate "INVALID_DATE" 422 {
        title: "Ngày không hợp lệ" | "Invalid date",
        cause: "Giá trị không phải là một ngày có thật viết theo dạng YYYY-MM-DD." | "The value is not a calendar date written as YYYY-MM-DD.",
        remedy: "Ghi ngày theo dạng năm-tháng-ngày, như 2026-06-30." | "Write year, month and day, such as 2026-06-30.",
    }
    InvalidInstant "INVALID_INSTANT" 422 {
        title: "Thời điểm không hợp lệ" | "Invalid instant",
        cause: "Giá trị không phải là một thời điểm viết theo RFC 3339." | "The value is not an instant written according to RFC 3339.",
        remedy: "Ghi ngày, giờ và múi giờ, như 2026-03-02T01:30:00Z hoặc 2026-03-02T08:30:00+07:00." | "Write date, time and offset, such as 2026-03-02T01:30:00Z or 2026-03-02T08:30:00+07:00.",
    }
    InvalidPeriod "INVALID_PERIOD" 422 {
        title: "Kỳ báo cáo không hợp lệ" | "Invalid period",
        cause: "Giá trị không phải là mã của một kỳ báo cáo." | "The value is not the code of a reporting period.",
        remedy: "Ghi năm 2022, sáu tháng 2022-H1, chín tháng 2022-9M, quý 2022-Q3 hoặc tháng 2022-07." | "Write a year 2022, a half 2022-H1, nine months 2022-9M, a quarter 2022-Q3 or a month 2022-07.",
    }
    InvalidId "INVALID_ID" 422 {
        title: "Mã định danh không hợp lệ" | "Invalid id",
        cause: "Giá trị không phải là mã định danh dạng UUID." | "The value is not an id in the form of a UUID.",
        remedy: "Dùng nguyên giá trị id do hệ thống trả về; nếu chỉ có mã, dùng trường hoặc tham số có đuôi _code." | "Use an id exactly as the service returned it; for a code, use the member or parameter that ends in _code.",
    }
    InvalidCode "INVALID_CODE" 422 {
        title: "Mã sai định dạng" | "Invalid code",
        cause: "Mã không đúng định dạng quy định." | "The code is not of the required form.",
        remedy: "Ghi mã đúng như công bố, giữ các số 0 ở đầu, không thêm khoảng trắng." | "Write the code as published, with its leading zeros and without spaces.",
    }
    UnknownValue "UNKNOWN_VALUE" 422 {
        title: "Giá trị ngoài danh sách" | "Unknown value",
        cause: "Giá trị không thuộc các giá trị được phép." | "The value is not one of those allowed.",
        remedy: "Chọn một trong các giá trị nêu trong tài liệu API; có phân biệt chữ hoa, chữ thường." | "Choose one of the values in the API documentation; upper and lower case matter.",
    }
    UnknownCode "UNKNOWN_CODE" 422 {
        title: "Mã không có trong danh mục" | "Unknown code",
        cause: "Danh mục không có mã này." | "The code list has no such code.",
        remedy: "Chọn một mã trong danh mục tại /v1/code-lists/{name}, hoặc trong danh sách mà trường này tham chiếu." | "Choose a code from /v1/code-lists/{name}, or from the collection that the member refers to.",
    }
    UnknownReference "UNKNOWN_REFERENCE" 422 {
        title: "Bản ghi tham chiếu không tồn tại" | "Unknown reference",
        cause: "Không có bản ghi được tham chiếu, hoặc người gọi không được xem." | "The record referred to does not exist or is not visible to the caller.",
        remedy: "Kiểm tra mã định danh và loại bản ghi được tham chiếu." | "Check the id and the kind of record it should name.",
    }
    TooShort "TOO_SHORT" 422 {
        title: "Quá ngắn" | "Too short",
        cause: "Nội dung ngắn hơn mức tối thiểu." | "The text is shorter than the minimum.",
        remedy: "Nhập nội dung dài hơn; khoảng trắng ở đầu và cuối không được tính." | "Give a longer text; spaces at its beginning and end do not count.",
    }
    TooLong "TOO_LONG" 422 {
        title: "Quá dài" | "Too long",
        cause: "Nội dung dài hơn mức tối đa." | "The text is longer than the maximum.",
        remedy: "Rút gọn nội dung." | "Shorten the text.",
    }
    TooSmall "TOO_SMALL" 422 {
        title: "Giá trị quá nhỏ" | "Too small",
        cause: "Giá trị nhỏ hơn mức tối thiểu." | "The value is below the minimum.",
        remedy: "Nhập giá trị không nhỏ hơn mức tối thiểu." | "Give a value not below the minimum.",
    }
    TooLarge "TOO_LARGE" 422 {
        title: "Giá trị quá lớn" | "Too large",
        cause: "Giá trị lớn hơn mức tối đa." | "The value is above the maximum.",
        remedy: "Nhập giá trị không lớn hơn mức tối đa; số tiền tính bằng đồng." | "Give a value not above the maximum; amounts of money are in đồng.",
    }
    TooManyDigits "TOO_MANY_DIGITS" 422 {
        title: "Số có quá nhiều chữ số" | "Too many digits",
        cause: "Số có quá nhiều chữ số hoặc quá bốn chữ số thập phân." | "The number has too many digits, or more than four decimals.",
        remedy: "Gửi số có tối đa 15 chữ số, trong đó tối đa 4 chữ số thập phân." | "Send at most 15 digits, of which at most 4 are decimals.",
    }
    TooManyItems "TOO_MANY_ITEMS" 422 {
        title: "Quá nhiều phần tử" | "Too many items",
        cause: "Danh sách có nhiều phần tử hơn mức tối đa." | "The list has more items than permitted.",
        remedy: "Chia danh sách thành nhiều yêu cầu." | "Split the list over several requests.",
    }
    DuplicateItem "DUPLICATE_ITEM" 422 {
        title: "Phần tử bị lặp" | "Duplicate item",
        cause: "Phần tử này đã có trong danh sách." | "This item occurs in the list more than once.",
        remedy: "Chỉ giữ lại một phần tử trong số các phần tử trùng nhau." | "Keep only one of the equal items.",
    }
    ControlCharacter "CONTROL_CHARACTER" 422 {
        title: "Ký tự không được phép" | "Control character",
        cause: "Nội dung có ký tự điều khiển, ký tự U+0000 hoặc ký tự đổi chiều viết." | "The text contains a control character, U+0000 or a bidirectional override.",
        remedy: "Xóa các ký tự này; tab và xuống dòng chỉ dùng được trong văn bản dài." | "Remove these characters; tab and newline are accepted in long text only.",
    }
    InvalidBoolean "INVALID_BOOLEAN" 422 {
        title: "Giá trị lô-gic không hợp lệ" | "Invalid boolean",
        cause: "Tham số chỉ nhận true hoặc false." | "The parameter takes true or false only.",
        remedy: "Ghi true hoặc false bằng chữ thường, hoặc bỏ tham số này." | "Write true or false in lower case, or leave the parameter out.",
    }
    UnknownSort "UNKNOWN_SORT" 422 {
        title: "Không sắp xếp được theo trường này" | "Unknown sort field",
        cause: "Danh sách này không sắp xếp được theo trường đã nêu." | "This collection cannot be sorted by this field.",
        remedy: "Chọn một trường sắp xếp nêu trong tài liệu API; thêm dấu trừ ở trước để xếp giảm dần." | "Choose a sort field from the API documentation; a leading minus sorts in descending order.",
    }
    UnknownEmbed "UNKNOWN_EMBED" 422 {
        title: "Không nhúng được nội dung này" | "Unknown embed",
        cause: "Địa chỉ này không nhúng được nội dung đã nêu." | "This address cannot embed what was asked for.",
        remedy: "Chọn một tên dùng được với embed nêu trong tài liệu API, hoặc đọc bản ghi đó riêng." | "Choose a name that the API documentation allows for embed, or read that record by itself.",
    }
    ExactlyOneRequired "EXACTLY_ONE_REQUIRED" 422 {
        title: "Phải có đúng một giá trị" | "Exactly one required",
        cause: "Phải gửi đúng một trong các giá trị thay thế cho nhau, như unit_id hoặc unit_code." | "Exactly one of the alternatives must be given, such as unit_id or unit_code.",
        remedy: "Gửi một giá trị và bỏ các giá trị còn lại." | "Give one of them and leave the others out.",
    }
    RepeatedParameter "REPEATED_PARAMETER" 400 {
        title: "Tham số bị lặp" | "Repeated parameter",
        cause: "Tham số này xuất hiện nhiều lần trong yêu cầu." | "The parameter occurs more than once in the request.",
        remedy: "Gửi tham số một lần; nếu bộ lọc nhận nhiều giá trị, phân cách các giá trị bằng dấu phẩy." | "Send the parameter once; where a filter takes several values, separate them with commas.",
    }
    DuplicateMember "DUPLICATE_MEMBER" 400 {
        title: "Trường bị lặp" | "Duplicate member",
        cause: "Trường này xuất hiện nhiều lần trong cùng một đối tượng JSON." | "The member occurs more than once in the same JSON object.",
        remedy: "Chỉ giữ lại một trường với giá trị đúng." | "Keep only the one with the right value.",
    }
    NestingTooDeep "NESTING_TOO_DEEP" 400 {
        title: "JSON lồng quá sâu" | "Nesting too deep",
        cause: "Nội dung JSON lồng nhau quá 32 cấp." | "The JSON body is nested more than 32 levels deep.",
        remedy: "Gửi nội dung đúng cấu trúc nêu trong tài liệu API; không cấu trúc nào lồng sâu như vậy." | "Send the body in the shape given in the API documentation; none is nested that deep.",
    }
    InvalidJson "INVALID_JSON" 400 {
        title: "JSON không hợp lệ" | "Invalid JSON",
        cause: "Nội dung không phải là JSON hợp lệ." | "The body is not valid JSON.",
        remedy: "Kiểm tra dấu ngoặc, dấu phẩy và dấu ngoặc kép; JSON không có chú thích và không có dấu phẩy ở cuối." | "Check brackets, commas and quotes; JSON has no comments and no trailing commas.",
    }
    InvalidEncoding "INVALID_ENCODING" 400 {
        title: "Mã hóa ký tự không hợp lệ" | "Invalid encoding",
        cause: "Nội dung không phải là UTF-8 hợp lệ, hoặc mã hóa phần trăm trong địa chỉ bị sai." | "The text is not valid UTF-8, or the percent encoding in the address is wrong.",
        remedy: "Dùng bảng mã UTF-8 (không dùng TCVN3 hay VNI) và mã hóa phần trăm các tham số." | "Use UTF-8 (not TCVN3 or VNI) and percent-encode the parameters.",
    }
    InvalidHeader "INVALID_HEADER" 400 {
        title: "Tiêu đề không hợp lệ" | "Invalid header",
        cause: "Giá trị của tiêu đề HTTP này không đúng định dạng." | "The value of this HTTP header is not of the required form.",
        remedy: "Ghi lại tiêu đề theo định dạng nêu trong tài liệu API." | "Write the header in the form given in the API documentation.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_code_finds_its_own_row() {
        for entry in TABLE {
            assert_eq!(entry.code.entry().code, entry.code);
            assert!((400..600).contains(&entry.code.status()), "{}", entry.name);
        }
    }

    #[test]
    fn names_and_slugs_are_unique_and_well_formed() {
        let (mut names, mut slugs) = (HashSet::new(), HashSet::new());
        for entry in TABLE {
            let words = entry.name.split('_');
            assert!(
                words.clone().all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase())),
                "{}",
                entry.name
            );
            let pascal: String = words.map(|word| word[..1].to_owned() + &word[1..].to_ascii_lowercase()).collect();
            assert_eq!(format!("{:?}", entry.code), pascal, "variant and name differ");
            assert!(names.insert(entry.code.name()), "{} twice", entry.name);
            assert!(slugs.insert(entry.code.slug()), "{} twice", entry.code.slug());
        }
        assert_eq!(Code::ValidationFailed.slug(), "validation-failed");
    }

    #[test]
    fn no_text_is_empty_and_only_titles_lack_a_dot() {
        for entry in TABLE {
            for text in [entry.title.vi, entry.title.en] {
                assert!(!text.is_empty() && text.trim() == text && !text.ends_with('.'), "{}", entry.name);
            }
            for text in [entry.cause.vi, entry.cause.en, entry.remedy.vi, entry.remedy.en] {
                assert!(text.len() > 1 && text.trim() == text && text.ends_with('.'), "{}", entry.name);
            }
        }
    }
}
