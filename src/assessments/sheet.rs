//! The sheet of an assessment (phiếu đánh giá): what is written and what is read.

use super::model::{NewVerdict, Verdict};
use crate::criteria::OpenReason;
use crate::error::Faults;
use crate::http::Versioned;
use crate::observations::{MemberFigure, NewFigure, ObservationStage};
use crate::values::{
    AssessmentId, ClientId, CriteriaSetCode, CriterionCode, Decimal, IndicatorCode, LocalDate, Names, Note,
    ObservationId, Patch, Whole,
};
use deserr::Deserr;
use serde::Serialize;
use utoipa::ToSchema;

/// A verdict put in the place of the computed one. Both stay visible.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "verdict": "MET", "reason": "Sở Giao thông vận tải đã xác nhận bằng văn bản" }))]
pub struct NewOverride {
    pub verdict: Verdict,
    pub reason: Note,
}

/// The figure of a part of an item.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewPartFigure {
    /// Number of the part, from 1.
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    pub part: Whole<1, 5>,
    pub figure: NewFigure,
}

/// An item as it is written. Its figure is stored as an observation at the stage of the assessment; without one the
/// observation that holds is read.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "code": "10.1", "figure": { "value": 31.2, "cut_off_date": "2022-12-31" } }))]
pub struct NewSheetItem {
    pub code: CriterionCode,
    #[deserr(default)]
    pub figure: Option<NewFigure>,
    /// Figures of its parts.
    #[schema(max_items = 5)]
    #[deserr(default)]
    pub part_figures: Option<Vec<NewPartFigure>>,
    /// Why it does not apply; only for items that may not (nếu có).
    #[deserr(default)]
    pub not_applicable_reason: Option<Note>,
    #[deserr(default, rename = "override")]
    #[schema(rename = "override")]
    pub overriding: Option<NewOverride>,
}

/// The sheet as it is written: all verdicts and all reasons; a criterion left out is not given one. Figures stay: they
/// are corrected by new ones, or withdrawn by one without value.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NewSheet {
    /// Set of the assessment: a sheet of another set is refused.
    #[deserr(default)]
    pub criteria_set_code: Option<CriteriaSetCode>,
    #[schema(max_items = 63)]
    #[deserr(default)]
    pub criteria: Option<Vec<NewVerdict>>,
    #[schema(max_items = 400)]
    #[deserr(default)]
    pub items: Option<Vec<NewSheetItem>>,
}

/// Changes of an item. Absent members stay.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct SheetItemPatch {
    pub code: CriterionCode,
    #[deserr(default)]
    pub figure: Option<NewFigure>,
    #[schema(max_items = 5)]
    #[deserr(default)]
    pub part_figures: Option<Vec<NewPartFigure>>,
    #[schema(value_type = Option<Note>)]
    #[deserr(default)]
    pub not_applicable_reason: Patch<Note>,
    #[schema(value_type = Option<NewOverride>, rename = "override")]
    #[deserr(default, rename = "override")]
    pub overriding: Patch<NewOverride>,
}

/// Changes of a sheet, by criterion and by item. What is not named stays, and every item reads the figure that holds.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({ "items": [{ "code": "10.1", "figure": { "value": 41 } }] }))]
pub struct SheetPatch {
    #[deserr(default)]
    pub criteria_set_code: Option<CriteriaSetCode>,
    #[schema(max_items = 63)]
    #[deserr(default)]
    pub criteria: Option<Vec<NewVerdict>>,
    #[schema(max_items = 400)]
    #[deserr(default)]
    pub items: Option<Vec<SheetItemPatch>>,
}

/// One item to change, whichever way it was written.
pub struct ItemChange<'a> {
    pub code: &'a CriterionCode,
    /// Figures with the number of their part and the member of the body in which each stands.
    pub figures: Vec<(usize, &'a NewFigure, String)>,
    pub not_applicable_reason: Patch<Note>,
    pub overriding: Patch<NewOverride>,
}

/// What is written to a sheet, whole or in part.
pub struct SheetChange<'a> {
    /// What is not named goes.
    pub whole: bool,
    pub criteria_set_code: Option<&'a CriteriaSetCode>,
    pub criteria: &'a [NewVerdict],
    pub items: Vec<ItemChange<'a>>,
}

fn figures<'a>(
    figure: Option<&'a NewFigure>,
    parts: Option<&'a Vec<NewPartFigure>>,
) -> Vec<(usize, &'a NewFigure, String)> {
    let own = figure.map(|figure| (0, figure, "figure".to_owned()));
    let parts = parts.into_iter().flatten().enumerate();
    let parts = parts.map(|(at, part)| (part.part.0 as usize, &part.figure, format!("part_figures/{at}/figure")));
    own.into_iter().chain(parts).collect()
}

impl NewSheetItem {
    pub fn change(&self) -> ItemChange<'_> {
        ItemChange {
            code: &self.code,
            figures: figures(self.figure.as_ref(), self.part_figures.as_ref()),
            not_applicable_reason: Patch::Set(self.not_applicable_reason.clone()),
            overriding: Patch::Set(self.overriding.clone()),
        }
    }
}

impl NewSheet {
    pub fn change(&self) -> SheetChange<'_> {
        SheetChange {
            whole: true,
            criteria_set_code: self.criteria_set_code.as_ref(),
            criteria: self.criteria.as_deref().unwrap_or_default(),
            items: self.items.iter().flatten().map(NewSheetItem::change).collect(),
        }
    }
}

impl SheetPatch {
    pub fn change(&self) -> SheetChange<'_> {
        let item = |item| {
            let SheetItemPatch { code, figure, part_figures, not_applicable_reason, overriding }: &SheetItemPatch =
                item;
            ItemChange {
                code,
                figures: figures(figure.as_ref(), part_figures.as_ref()),
                not_applicable_reason: not_applicable_reason.clone(),
                overriding: overriding.clone(),
            }
        };
        SheetChange {
            whole: false,
            criteria_set_code: self.criteria_set_code.as_ref(),
            criteria: self.criteria.as_deref().unwrap_or_default(),
            items: self.items.iter().flatten().map(item).collect(),
        }
    }
}

/// A verdict that stands in the place of the computed one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemOverride {
    pub verdict: Verdict,
    pub reason: Note,
    /// Client that decided so.
    pub client_id: Option<ClientId>,
}

/// A figure that a sheet reads.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SheetFigure {
    /// 0 for the item itself, else the number of its part.
    #[schema(minimum = 0, maximum = 5)]
    pub part: i32,
    pub indicator_code: IndicatorCode,
    pub observation_id: ObservationId,
    /// Stage at which it was recorded: an earlier one where the sheet started from an earlier assessment.
    pub stage: ObservationStage,
    pub value: Option<Decimal>,
    pub numerator: Option<Decimal>,
    pub denominator: Option<Decimal>,
    #[schema(max_items = 6)]
    pub breakdown: Vec<MemberFigure>,
    pub cut_off_date: Option<LocalDate>,
}

/// An item of a sheet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SheetItem {
    pub code: CriterionCode,
    pub name: Names,
    pub indicator_code: IndicatorCode,
    /// It may not apply (nếu có).
    pub conditional: bool,
    /// What counts.
    pub verdict: Verdict,
    /// What the rules say.
    pub computed_verdict: Verdict,
    /// Why it is not assessed.
    pub reason: Option<OpenReason>,
    #[serde(rename = "override")]
    #[schema(rename = "override")]
    pub overriding: Option<ItemOverride>,
    pub not_applicable_reason: Option<Note>,
    /// The figures that it reads.
    #[schema(max_items = 6)]
    pub figures: Vec<SheetFigure>,
    /// The verdict rests on a threshold that is not verified.
    pub provisional: bool,
}

/// The verdict on one criterion, with its items.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SheetCriterion {
    pub code: CriterionCode,
    pub name: Names,
    /// What counts: what its items say, else what was given.
    pub verdict: Verdict,
    /// What was given for the criterion as a whole.
    pub given_verdict: Option<Verdict>,
    pub note: Option<Note>,
    #[schema(max_items = 50)]
    pub items: Vec<SheetItem>,
}

/// The sheet of an assessment: every criterion of its set with every item.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Sheet {
    pub assessment_id: AssessmentId,
    /// Version of the assessment, for `If-Match`.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub version: i64,
    pub criteria_set_code: CriteriaSetCode,
    /// Earlier assessment whose figures are taken over.
    pub based_on_id: Option<AssessmentId>,
    #[schema(max_items = 63)]
    pub criteria: Vec<SheetCriterion>,
    /// Items whose figure, threshold or verdict is another now than when the sheet was written; writing the sheet reads
    /// them anew. A sealed sheet stays as it was signed.
    #[schema(minimum = 0, maximum = 400)]
    pub outdated_count: i64,
}

impl Versioned for Sheet {
    fn version(&self) -> i64 {
        self.version
    }

    fn id(&self) -> String {
        self.assessment_id.to_string()
    }
}
