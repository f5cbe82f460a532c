//! The table of permissions: which roles hold each.

use super::model::Role;
use crate::http::{Accepts, Format};

/// Something a caller may be allowed to do.
pub trait Permission: 'static {
    /// As the contract shows it: `assessment:write`.
    const NAME: &'static str;
    /// Roles that hold it; none means that any key does.
    const ROLES: &'static [Role];
    /// Only reads: a grant reads more through reforms than it writes.
    const READS: bool;
    /// Formats its operations can answer in.
    const FORMATS: &'static [Format] = &[Format::Json];
    /// What its operations take as their body.
    const ACCEPTS: Accepts = Accepts::Json;
}

macro_rules! permissions {
    (@ reads) => { true };
    (@ writes) => { false };
    ($($(#[$doc:meta])* $name:ident $text:literal: $does:ident [$($role:ident),*] $(, formats: $formats:expr)? $(, accepts: $accepts:expr)?;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;

            impl Permission for $name {
                const NAME: &'static str = $text;
                const ROLES: &'static [Role] = &[$(Role::$role),*];
                const READS: bool = permissions!(@ $does);
                $(const FORMATS: &'static [Format] = $formats;)?
                $(const ACCEPTS: Accepts = $accepts;)?
            }
        )*

        /// All permissions with the roles that hold them.
        pub const PERMISSIONS: &[(&str, &[Role])] = &[$(($text, $name::ROLES)),*];
    };
}

permissions! {
    /// What the caller is: any key.
    SelfRead "self:read": reads [];
    /// Units, criteria sets, code lists: any key.
    ReferenceRead "reference:read": reads [];
    /// Versions of a record: any key, as far as it may read the record.
    HistoryRead "history:read": reads [];
    /// Recording and annulling reforms of units.
    TerritoryManage "territory:manage": writes [Manager, Admin];
    /// Recording, ending and annulling statuses of units.
    StatusManage "status:manage": writes [Manager, Admin];
    /// Defining indicators.
    IndicatorManage "indicator:manage": writes [Manager, Admin];
    /// Storing, publishing and retiring criteria sets.
    CriteriaSetManage "criteria-set:manage": writes [Manager, Admin];
    ObservationRead "observation:read": reads [Viewer, Editor, Signer, Manager, Admin];
    ObservationWrite "observation:write": writes [Editor];
    /// Files that prove something, and their bytes.
    FileRead "file:read": reads [Viewer, Editor, Signer, Manager, Admin];
    FileContentRead "file:read": reads [Viewer, Editor, Signer, Manager, Admin], formats: &[];
    FileWrite "file:write": writes [Editor], accepts: Accepts::File;
    /// Rehearsing: figures, sets and years that are not stored. It writes nothing.
    EvaluationRun "evaluation:run": reads [Viewer, Editor, Signer, Manager, Admin];
    AssessmentRead "assessment:read": reads [Viewer, Editor, Signer, Manager, Admin];
    AssessmentWrite "assessment:write": writes [Editor];
    /// Sheets as files, for whoever reads assessments.
    SheetRead "assessment-sheet:read": reads [Viewer, Editor, Signer, Manager, Admin],
        formats: &[Format::Xlsx, Format::Csv];
    /// Sheets as files, for whoever writes assessments.
    SheetWrite "assessment-sheet:write": writes [Editor],
        formats: &[Format::Json, Format::Xlsx], accepts: Accepts::Sheet;
    /// Submitting, returning and reopening.
    AssessmentSign "assessment:sign": writes [Signer];
    PeriodLockRead "period-lock:read": reads [Viewer, Editor, Signer, Manager, Admin];
    /// Closing periods for entry and reopening them.
    PeriodLockManage "period-lock:manage": writes [Manager, Admin];
    RecognitionRead "recognition:read": reads [Viewer, Editor, Signer, Manager, Admin];
    /// Registering units for recognition.
    RecognitionWrite "recognition:write": writes [Editor];
    /// Verifying, appraising, deciding, announcing, returning and withdrawing.
    RecognitionSign "recognition:sign": writes [Signer];
    /// Acts of the own units and of those above them.
    ActRead "act:read": reads [Viewer, Editor, Signer, Manager, Admin];
    ActWrite "act:write": writes [Editor, Manager];
    /// Agencies, committees and mandates; people by their ids alone.
    PartyRead "party:read": reads [Viewer, Editor, Signer, Manager, Admin];
    PartyManage "party:manage": writes [Manager];
    MeetingRead "meeting:read": reads [Viewer, Editor, Signer, Manager, Admin];
    MeetingWrite "meeting:write": writes [Editor, Manager];
    /// Tasks, and the directives of which they come.
    TaskRead "task:read": reads [Viewer, Editor, Signer, Manager, Admin];
    TaskWrite "task:write": writes [Editor, Manager];
    /// Beginning, doing, confirming, returning and cancelling: the table of steps says who takes which.
    TaskStep "task:step": writes [Editor, Signer, Manager];
    /// Extending, confirming, returning and cancelling, for the committee.
    TaskConfirm "task:confirm": writes [Signer, Manager];
    ActivityRead "activity:read": reads [Viewer, Editor, Signer, Manager, Admin];
    ActivityWrite "activity:write": writes [Editor, Manager];
    /// The working-day calendar.
    CalendarManage "calendar:manage": writes [Manager, Admin];
    ReportingDutyManage "reporting-duty:manage": writes [Manager, Admin];
    ReportSubmissionRead "report-submission:read": reads [Viewer, Editor, Signer, Manager, Admin];
    /// Drawing up reports.
    ReportSubmissionWrite "report-submission:write": writes [Editor];
    /// Sending, accepting and sending back.
    ReportSubmissionSign "report-submission:sign": writes [Signer];
    /// Giving later due dates, where the report is received.
    ReportingExtensionWrite "reporting-extension:write": writes [Signer, Manager];
    /// National programmes: by whoever keeps the nation.
    ProgrammeManage "programme:manage": writes [Manager, Admin];
    BudgetRead "budget:read": reads [Viewer, Editor, Signer, Manager, Admin];
    /// Recording and reversing movements of money.
    BudgetWrite "budget:write": writes [Editor];
    /// Movements of money as a file.
    BudgetSheetRead "budget:read": reads [Viewer, Editor, Signer, Manager, Admin],
        formats: &[Format::Xlsx, Format::Csv];
    BudgetSheetWrite "budget:write": writes [Editor], formats: &[Format::Json, Format::Xlsx], accepts: Accepts::Sheet;
    WorkRead "work:read": reads [Viewer, Editor, Signer, Manager, Admin];
    WorkWrite "work:write": writes [Editor, Manager];
    StatementRead "statement:read": reads [Viewer, Editor, Signer, Manager, Admin];
    StatementWrite "statement:write": writes [Editor, Manager];
    ObstacleRead "obstacle:read": reads [Viewer, Editor, Signer, Manager, Admin];
    /// Raising, escalating, closing and reopening.
    ObstacleWrite "obstacle:write": writes [Editor, Manager];
    /// Any step: the table of steps says who takes which.
    ObstacleStep "obstacle:step": writes [Editor, Signer, Manager];
    /// Assigning and answering, at the level that is to solve it.
    ObstacleAnswer "obstacle:answer": writes [Signer, Manager];
    /// Personal data. Every reading is recorded.
    PersonRead "person:read": reads [Editor, Signer, Manager];
    /// Recording people, changing and erasing their data.
    PersonManage "person:manage": writes [Manager];
    /// Who read the data of a person.
    PersonAudit "person:audit": reads [Admin];
    ReportRead "report:read": reads [Viewer, Editor, Signer, Manager, Admin],
        formats: &[Format::Json, Format::Csv, Format::Xlsx];
    /// A report in one form alone.
    ContextRead "report:read": reads [Viewer, Editor, Signer, Manager, Admin];
    /// The paper of a meeting, also to be printed.
    ReviewRead "report:read": reads [Viewer, Editor, Signer, Manager, Admin], formats: &[Format::Json, Format::Html, Format::Docx];
    JournalRead "journal:read": reads [Manager, Admin];
    /// Clients, keys and grants.
    AccessManage "access:manage": writes [Admin];
}
