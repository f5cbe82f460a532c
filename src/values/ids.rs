//! Identifiers: UUIDv7 made by the service, one newtype for each kind of record.

use super::storage::{DbUuid, uuid_from_pg, uuid_from_sqlite, uuid_to_pg};
use super::{Scalar, scalar};
use crate::codes::Code;
use crate::error::Flaw;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{deserialize, serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $description:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = DbUuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier; later ones sort after earlier ones.
            #[allow(clippy::new_without_default)]
            pub fn new() -> $name {
                $name(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Scalar for $name {
            const NAME: &'static str = stringify!($name);
            const DESCRIPTION: &'static str = $description;
            const PATTERN: &'static str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
            const FORMAT: Option<&'static str> = Some("uuid");
            const LENGTH: (usize, usize) = (36, 36);
            const EXAMPLE: &'static str = "01992f3e-7c1a-7b55-9a0e-4f6f0c1d2e3f";

            fn parse(text: &str) -> Result<Self, Flaw> {
                if text.len() != 36 || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    return Err(Flaw::new(Code::InvalidId));
                }
                Uuid::try_parse(text).map($name).map_err(|_| Flaw::new(Code::InvalidId))
            }

            fn text(&self) -> String {
                self.0.to_string()
            }
        }

        scalar!($name);

        impl deserialize::FromSql<DbUuid, Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> deserialize::Result<Self> {
                uuid_from_pg(value).map($name)
            }
        }

        impl deserialize::FromSql<DbUuid, Sqlite> for $name {
            fn from_sql(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                uuid_from_sqlite(value).map($name)
            }
        }

        impl serialize::ToSql<DbUuid, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
                uuid_to_pg(&self.0, out)
            }
        }

        impl serialize::ToSql<DbUuid, Sqlite> for $name {
            fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.as_bytes().as_slice());
                Ok(serialize::IsNull::No)
            }
        }
    )*};
}

ids! {
    /// An administrative unit (đơn vị hành chính).
    UnitId "Administrative unit";
    /// One entry of a unit's timeline.
    TimelineEntryId "Entry of a unit's timeline";
    /// An entry of a code list.
    CodeListEntryId "Entry of a code list";
    /// A criteria set (bộ tiêu chí).
    CriteriaSetId "Criteria set";
    /// A criterion of a set (tiêu chí).
    CriterionId "Criterion of a set";
    /// An assessment of one unit (đánh giá).
    AssessmentId "Assessment of one unit, set, period and stage";
    /// An indicator (chỉ tiêu).
    IndicatorId "Indicator";
    /// One figure of a unit (số liệu).
    ObservationId "Observation: one figure of a unit, indicator, period and stage";
    /// A file that proves something (tệp minh chứng).
    FileId "File";
    /// A program that calls the service.
    ClientId "Client: a program that calls the service";
    /// An API key of a client.
    ApiKeyId "API key";
    /// A grant: role of a client over a unit and its subtree.
    GrantId "Grant of a role over a unit";
    /// An act that ends, starts or reshapes units.
    UnitSuccessionId "Succession of units";
    /// A dated fact of a unit.
    UnitStatusId "Status of a unit";
    /// A period closed for entry.
    PeriodLockId "Period lock";
    /// A dossier of recognition.
    RecognitionDossierId "Dossier of recognition";
    /// A verification of thresholds of a published set.
    ThresholdVerificationId "Verification of thresholds";
    /// A person who does the work of the programmes; one may act through a client.
    PersonId "Person";
    /// A reading of a person's data.
    PersonReadingId "Reading of a person's data";
    /// An agency of a unit (cơ quan, đơn vị).
    AgencyId "Agency";
    /// A steering committee or a working group (ban chỉ đạo, tổ giúp việc).
    CommitteeId "Committee";
    /// An act (văn bản).
    ActId "Act";
    /// A meeting of a committee (phiên họp).
    MeetingId "Meeting";
    /// What an item of an act binds parties to.
    DirectiveId "Directive";
    /// A task (nhiệm vụ).
    TaskId "Task";
    /// A report of how far a task is.
    TaskProgressReportId "Progress report of a task";
    /// A visit, an inspection, a communication (hoạt động).
    ActivityId "Activity";
    /// What stands in the way (tồn tại, vướng mắc).
    ObstacleId "Obstacle";
    /// A mandate in a committee (phân công).
    MandateId "Mandate";
    /// A day that is not what its weekday says.
    CalendarDayId "Day of the calendar";
    /// A duty to report (chế độ báo cáo).
    ReportingDutyId "Reporting duty";
    /// A report that a unit sends.
    ReportSubmissionId "Submission of a report";
    /// A later due date of a report.
    ReportingExtensionId "Extension of a reporting duty";
    /// A National Target Programme (chương trình mục tiêu quốc gia).
    ProgrammeId "Programme";
    /// The key of an amount of money (dòng vốn).
    BudgetLineId "Budget line";
    /// A movement on a line (bút toán).
    BudgetEntryId "Budget entry";
    /// What was published of money (số công bố).
    BudgetPublicationId "Budget publication";
    /// A construction work (công trình).
    WorkId "Work";
    /// What a meeting says of its unit (nhận định).
    StatementId "Statement";
    /// Any record, where its kind is told beside it (journal).
    RecordId "Any record; its collection stands beside it";
}
