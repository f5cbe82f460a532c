//! Entries of lists, and all lists in memory.

use super::queries;
use crate::db::schema::code_list_entries;
use crate::db::{Conn, Part, stored};
use crate::error::{Error, Flaw};
use crate::http::Language;
use crate::values::{CodeListEntryId, CollectionName, Confidence, ListCode, LocalDate, Scalar, Title, Vocabulary};
use diesel::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An entry of an open list.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = code_list_entries, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct CodeListEntry {
    pub id: CodeListEntryId,
    pub version: i64,
    pub list: CollectionName,
    pub code: ListCode,
    pub position: i32,
    pub label_vi: Title,
    pub label_en: Title,
    pub parent_code: Option<ListCode>,
    pub valid_from: Option<LocalDate>,
    pub valid_to: Option<LocalDate>,
    pub state_budget: Option<bool>,
}

stored!(CodeListEntry, code_list_entries, "code-lists", "code-list-entry", |_entry| None);

/// A code with its labels.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CodeEntry {
    pub code: ListCode,
    pub label_vi: Title,
    pub label_en: Title,
    /// Code of the entry above it in the same list.
    pub parent_code: Option<ListCode>,
    /// First day; null where it has always been valid.
    pub valid_from: Option<LocalDate>,
    /// First day on which it is no longer valid.
    pub valid_to: Option<LocalDate>,
    /// Of a funding source: is it money of the state budget? What is not stays out of every rate. Null elsewhere.
    pub state_budget: Option<bool>,
}

/// One list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CodeList {
    pub name: CollectionName,
    /// A closed list is part of the contract; an open one may be extended by a province.
    pub open: bool,
    #[schema(max_items = 1000)]
    pub items: Vec<CodeEntry>,
}

/// The names of the lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeListNames {
    #[schema(max_items = 200)]
    pub items: Vec<CodeListName>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CodeListName {
    pub name: CollectionName,
    pub open: bool,
    #[schema(minimum = 0, maximum = 1000)]
    pub count: i64,
}

/// All lists.
pub struct CodeLists(pub BTreeMap<String, CodeList>);

impl Part for CodeLists {
    const COLLECTIONS: &'static [&'static str] = &["code-lists"];

    fn load(conn: &mut Conn) -> Result<Self, Error> {
        let mut lists = BTreeMap::new();
        for (name, entries) in closed_lists() {
            lists.insert(name.to_owned(), CodeList { name: collection(name)?, open: false, items: entries? });
        }
        for entry in queries::all(conn)? {
            let list = lists.entry(entry.list.to_string()).or_insert_with(|| CodeList {
                name: entry.list.clone(),
                open: true,
                items: Vec::new(),
            });
            list.items.push(CodeEntry {
                code: entry.code,
                label_vi: entry.label_vi,
                label_en: entry.label_en,
                parent_code: entry.parent_code,
                valid_from: entry.valid_from,
                valid_to: entry.valid_to,
                state_budget: entry.state_budget,
            });
        }
        Ok(CodeLists(lists))
    }
}

impl CodeLists {
    /// Does the list hold the code?
    pub fn has(&self, list: &str, code: &str) -> bool {
        self.0.get(list).is_some_and(|list| list.items.iter().any(|entry| entry.code.as_str() == code))
    }

    pub fn entry(&self, list: &str, code: &str) -> Option<&CodeEntry> {
        self.0.get(list)?.items.iter().find(|entry| entry.code.as_str() == code)
    }

    /// Is it money of the state budget, by its source? A source that nobody declared mobilised is.
    pub fn is_state_budget(&self, source: &ListCode) -> bool {
        self.entry("funding-sources", source.as_str()).is_none_or(|entry| entry.state_budget != Some(false))
    }

    /// A code and those above it in the same list, the nearest first.
    pub fn path(&self, list: &str, code: &ListCode) -> Vec<ListCode> {
        let above = |code: &ListCode| self.entry(list, code.as_str())?.parent_code.clone();
        // A list that stands on itself ends where its entries do.
        std::iter::successors(Some(code.clone()), above)
            .take(self.0.get(list).map_or(1, |list| list.items.len()))
            .collect()
    }

    /// The codes of a list, in its order.
    pub fn codes(&self, list: &str) -> impl Iterator<Item = &ListCode> {
        self.0.get(list).into_iter().flat_map(|list| list.items.iter().map(|entry| &entry.code))
    }

    /// The label of a code, or the code itself.
    pub fn label(&self, list: &str, code: &str, language: Language) -> String {
        let entry = self.0.get(list).and_then(|list| list.items.iter().find(|entry| entry.code.as_str() == code));
        entry.map_or_else(
            || code.to_owned(),
            |entry| language.pick(entry.label_vi.as_str(), entry.label_en.as_str()).to_owned(),
        )
    }
}

type Entries = Result<Vec<CodeEntry>, Error>;

/// The vocabularies of the contract.
fn closed_lists() -> Vec<(&'static str, Entries)> {
    vec![
        ("unit-levels", words::<crate::units::Level>()),
        ("period-lock-statuses", words::<crate::period_locks::LockStatus>()),
        ("unit-succession-statuses", words::<crate::reforms::SuccessionStatus>()),
        ("unit-succession-parts", words::<crate::units::Part>()),
        ("unit-succession-edge-kinds", words::<crate::units::EdgeKind>()),
        ("unit-status-kinds", words::<crate::statuses::UnitStatusKind>()),
        ("unit-status-states", words::<crate::statuses::UnitStatusState>()),
        ("unit-status-conflicts", words::<crate::statuses::StatusConflictRule>()),
        ("unit-status-proposals", words::<crate::statuses::StatusProposal>()),
        ("unit-scopes", words::<crate::units::UnitScope>()),
        ("roles", words::<crate::access::Role>()),
        ("criteria-set-statuses", words::<crate::criteria::SetStatus>()),
        ("criteria-set-replacement-reasons", words::<crate::criteria::ReplacementReason>()),
        ("indicator-value-types", words::<crate::indicators::ValueType>()),
        ("indicator-time-bases", words::<crate::indicators::TimeBasis>()),
        ("indicator-directions", words::<crate::indicators::Direction>()),
        ("indicator-derivations", words::<crate::indicators::Derivation>()),
        ("breakdown-dimensions", words::<crate::indicators::Dimension>()),
        ("breakdown-members", words::<crate::indicators::Member>()),
        ("observation-stages", words::<crate::observations::ObservationStage>()),
        ("threshold-operators", words::<crate::criteria::ThresholdOperator>()),
        ("threshold-layers", words::<crate::criteria::ThresholdLayer>()),
        ("threshold-verification-states", words::<crate::criteria::VerificationState>()),
        ("open-reasons", words::<crate::criteria::OpenReason>()),
        ("assessment-stages", words::<crate::assessments::Stage>()),
        ("assessment-statuses", words::<crate::assessments::Status>()),
        ("verdicts", words::<crate::assessments::Verdict>()),
        ("figure-origins", words::<crate::reports::FigureOrigin>()),
        ("age-bands", words::<crate::reports::AgeBand>()),
        ("knowledge-states", words::<crate::reports::KnowledgeState>()),
        ("gap-trends", words::<crate::reports::GapTrend>()),
        ("recognition-levels", words::<crate::recognition::RecognitionLevel>()),
        ("recognition-dossier-statuses", words::<crate::recognition::DossierStatus>()),
        ("recognition-condition-reasons", words::<crate::recognition::ConditionReason>()),
        ("recognition-consequences", words::<crate::recognition::ConsequenceKind>()),
        ("revocation-clauses", words::<crate::recognition::RevocationClause>()),
        ("file-formats", words::<crate::files::FileFormat>()),
        ("act-change-kinds", words::<crate::acts::ActChangeKind>()),
        ("act-relations", words::<crate::db::ActRelation>()),
        ("agency-kinds", words::<crate::parties::agencies::AgencyKind>()),
        ("agency-identifier-schemes", words::<crate::parties::agencies::IdentifierScheme>()),
        ("committee-kinds", words::<crate::parties::committees::CommitteeKind>()),
        ("meeting-presences", words::<crate::committee::meetings::Presence>()),
        ("meeting-file-kinds", words::<crate::committee::meetings::MeetingFileKind>()),
        ("party-groups", words::<crate::committee::directives::PartyGroup>()),
        ("party-roles", words::<crate::committee::directives::PartyRole>()),
        ("expected-result-kinds", words::<crate::committee::directives::ExpectedResultKind>()),
        ("recurrences", words::<crate::committee::directives::Recurrence>()),
        ("directive-states", words::<crate::committee::directives::DirectiveState>()),
        ("task-kinds", words::<crate::committee::tasks::TaskKind>()),
        ("task-statuses", words::<crate::committee::tasks::TaskStatus>()),
        ("timelinesses", words::<crate::committee::tasks::Timeliness>()),
        ("activity-kinds", words::<crate::committee::activities::ActivityKind>()),
        ("activity-statuses", words::<crate::committee::activities::ActivityStatus>()),
        ("reporting-period-kinds", words::<crate::committee::duties::ReportingPeriodKind>()),
        ("report-due-kinds", words::<crate::committee::duties::DueKind>()),
        ("report-submission-statuses", words::<crate::committee::submissions::SubmissionStatus>()),
        ("reporting-obligation-states", words::<crate::reports::ObligationState>()),
        ("statement-claim-kinds", words::<crate::statements::ClaimKind>()),
        ("statement-comparisons", words::<crate::statements::StatementComparison>()),
        ("statement-compared-units", words::<crate::statements::ComparedWith>()),
        ("statement-outcomes", words::<crate::statements::StatementOutcome>()),
        ("statement-no-data-reasons", words::<crate::statements::NoDataReason>()),
        ("review-proposal-rules", words::<crate::review::ProposalRule>()),
        ("programme-statuses", words::<crate::programmes::ProgrammeStatus>()),
        ("programme-component-kinds", words::<crate::programmes::ComponentKind>()),
        ("budget-entry-kinds", words::<crate::programmes::ledger::EntryKind>()),
        ("budget-groupings", words::<crate::reports::BudgetGrouping>()),
        ("budget-denominators", words::<crate::reports::BudgetDenominator>()),
        ("budget-publication-findings", words::<crate::programmes::publications::PublicationFinding>()),
        ("amount-units", words::<crate::values::AmountUnit>()),
        ("work-states", words::<crate::programmes::works::WorkState>()),
        ("budget-findings", words::<crate::programmes::ledger::BudgetFinding>()),
        ("obstacle-kinds", words::<crate::committee::obstacles::ObstacleKind>()),
        ("obstacle-statuses", words::<crate::committee::obstacles::ObstacleStatus>()),
        ("mandate-kinds", words::<crate::parties::mandates::MandateKind>()),
        ("mandate-states", words::<crate::parties::mandates::MandateState>()),
        ("mandate-roles", words::<crate::parties::mandates::MandateRole>()),
        ("person-states", words::<crate::parties::people::PersonState>()),
        ("confidences", words::<Confidence>()),
    ]
}

fn words<V: Vocabulary>() -> Entries {
    let entry = |label: &crate::values::Label| {
        let broken = |flaw: Flaw| Error::internal(format!("{}: {}", label.code, flaw.code.name()));
        Ok(CodeEntry {
            code: ListCode::parse(label.code).map_err(broken)?,
            label_vi: Title::parse(label.label.vi).map_err(broken)?,
            label_en: Title::parse(label.label.en).map_err(broken)?,
            parent_code: None,
            valid_from: None,
            valid_to: None,
            state_budget: None,
        })
    };
    V::WORDS.iter().map(|(_, label)| entry(label)).collect()
}

fn collection(name: &str) -> Result<CollectionName, Error> {
    CollectionName::parse(name).map_err(|_| Error::internal(format!("{name} is no name of a list")))
}
