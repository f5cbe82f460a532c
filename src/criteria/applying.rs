//! Which thresholds of a set apply to a unit on a day, and why.

use super::model::{ThresholdLayer, ThresholdOperator};
use super::rules::{ALL, GROUPS, NATIONAL};
use super::sets::{HeldMeasure, HeldOverride, HeldSet, HeldThreshold};
use crate::code_lists::CodeLists;
use crate::db::Snapshot;
use crate::evaluation::{self, Area, Candidate, Facts, Reason, Region, RegionOverride, Requirement, Resolution};
use crate::statuses::{Statuses, UnitStatusKind, UnitStatusRow};
use crate::units::{Territory, UnitRef};
use crate::values::{
    Confidence, CriteriaSetCode, Decimal, ListCode, LocalDate, Note, StatusValue, ThresholdVerificationId, Title,
    UnitId, UnitStatusId,
};
use serde::Serialize;
use utoipa::ToSchema;

/// What chooses the thresholds of a set for one unit on one day.
pub struct Standing<'a> {
    pub year: i32,
    pub region: Option<(&'a UnitStatusRow, Option<UnitRef>)>,
    pub group: Option<&'a UnitStatusRow>,
    /// Overrides whose status the unit has on the day, with that status.
    pub overrides: Vec<(&'a HeldOverride, &'a UnitStatusRow)>,
    used: Region<'a>,
    /// All regions there are.
    regions: Vec<&'a str>,
}

/// How a unit stands to a set on a day.
pub fn standing<'a>(memory: &'a Snapshot, set: &'a HeldSet, unit: UnitId, day: LocalDate, year: i32) -> Standing<'a> {
    let (territory, statuses) = (memory.part::<Territory>(), memory.part::<Statuses>());
    let region = statuses.region(territory, unit, day);
    let region = region.map(|(row, from)| (row, from.and_then(|from| territory.reference(from, day))));
    let group = statuses.held(territory, unit, UnitStatusKind::CommuneGroup, day);
    let in_force =
        |stated: &HeldOverride| stated.row.valid_from <= day && stated.row.valid_to.is_none_or(|end| day < end);
    let overrides: Vec<(&HeldOverride, &UnitStatusRow)> = set
        .overrides
        .iter()
        .filter(|stated| in_force(stated))
        .filter_map(|stated| {
            let held = statuses.held(territory, unit, stated.row.status_kind, day)?;
            stated.values.contains(&held.value_code).then_some((stated, held))
        })
        .collect();
    let stated: Vec<RegionOverride<'a>> = overrides
        .iter()
        .map(|(stated, _)| RegionOverride {
            region: stated.row.region_code.as_str(),
            applies: true,
            asks_for_more: stated.row.also_requires.is_some(),
        })
        .collect();
    let own = region.as_ref().map(|(row, _)| row.value_code.as_str());
    let used = evaluation::region_of(own, &stated);
    let regions = memory.part::<CodeLists>().codes("socio-economic-regions").map(ListCode::as_str).collect();
    Standing { year, region, group, overrides, used, regions }
}

/// A threshold that applies, or why none does.
pub struct Applied<'a> {
    pub requirement: Result<Requirement, Reason>,
    /// The row it comes from; also where the row says only that the level is not known.
    pub threshold: Option<&'a HeldThreshold>,
}

impl Standing<'_> {
    pub fn apply<'a>(&self, measure: &'a HeldMeasure) -> Applied<'a> {
        let candidates: Vec<Candidate<'_>> = measure.thresholds.iter().map(candidate).collect();
        let facts = Facts {
            year: self.year,
            region: self.used,
            group: self.group.map(|row| row.value_code.as_str()),
            regions: &self.regions,
            groups: &GROUPS,
        };
        let resolution = evaluation::resolve(&candidates, &facts);
        let place = match resolution {
            Resolution::Found { candidate, .. } => Some(candidate),
            Resolution::Missing { candidate, .. } => candidate,
        };
        Applied {
            requirement: resolution.requirement(),
            threshold: place.and_then(|place| measure.thresholds.get(place)),
        }
    }

    /// What chose the thresholds, for an answer.
    pub fn describe(&self) -> ThresholdChoice {
        let (region_code, doubtful) = match self.used {
            Region::Certain(code) => (Some(code), None),
            Region::Either(own, other) => (Some(own), Some(other)),
            Region::Unknown => (None, None),
        };
        let code = |code: &str| crate::values::Scalar::parse(code).ok();
        ThresholdChoice {
            year: self.year,
            region_code: region_code.and_then(code),
            doubtful_region_code: doubtful.and_then(code),
            region_status_id: self.region.as_ref().map(|(row, _)| row.id),
            region_inherited_from: self.region.as_ref().and_then(|(_, from)| from.clone()),
            region_overrides: self.overrides.iter().map(|(stated, row)| used_override(stated, row)).collect(),
            commune_group: self.group.map(|row| row.value_code.clone()),
            commune_group_status_id: self.group.map(|row| row.id),
        }
    }
}

fn used_override(stated: &HeldOverride, status: &UnitStatusRow) -> UsedOverride {
    UsedOverride {
        status_kind: stated.row.status_kind,
        status_id: status.id,
        region_code: stated.row.region_code.clone(),
        act_number: stated.row.act_number.clone(),
        article: stated.row.article.clone(),
        also_requires: stated.row.also_requires.clone(),
        confidence: stated.row.confidence,
    }
}

fn candidate(threshold: &HeldThreshold) -> Candidate<'_> {
    let row = &threshold.row;
    let area = match (&row.commune_group, row.region_code.as_str()) {
        (Some(group), _) => Area::Group(group.as_str()),
        (None, ALL) => Area::All,
        (None, NATIONAL) => Area::NationalAverage,
        (None, region) => Area::Region(region),
    };
    Candidate {
        layer: threshold.layer,
        area,
        year: row.year,
        operator: row.operator.into(),
        limit: row.value.map(Decimal::scaled),
    }
}

/// What chose the thresholds of a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ThresholdChoice {
    /// Year assessed.
    #[schema(minimum = 2000, maximum = 2099)]
    pub year: i32,
    /// Region whose thresholds are used; null where no region of the unit is recorded.
    pub region_code: Option<ListCode>,
    /// Region whose thresholds may apply instead: an act asks for more than the service knows of the unit.
    pub doubtful_region_code: Option<ListCode>,
    /// The status that gives the region.
    pub region_status_id: Option<UnitStatusId>,
    /// The unit above whose region it is.
    pub region_inherited_from: Option<UnitRef>,
    /// Statuses of the unit that let it use another region's thresholds.
    #[schema(max_items = 50)]
    pub region_overrides: Vec<UsedOverride>,
    pub commune_group: Option<StatusValue>,
    pub commune_group_status_id: Option<UnitStatusId>,
}

/// An act that lets the unit use another region's thresholds, with the status by which it does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UsedOverride {
    pub status_kind: UnitStatusKind,
    pub status_id: UnitStatusId,
    pub region_code: ListCode,
    pub act_number: Title,
    pub article: Option<Title>,
    /// What the act asks for besides, of which no status is recorded.
    pub also_requires: Option<Note>,
    pub confidence: Confidence,
}

/// A threshold that applies, with where it comes from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AppliedThreshold {
    pub operator: ThresholdOperator,
    /// The limit, 1 for `YES`; null where it is not known.
    pub value: Option<Decimal>,
    pub layer: ThresholdLayer,
    pub criteria_set_code: CriteriaSetCode,
    /// Region, `ALL`.
    pub region_code: ListCode,
    pub commune_group: Option<StatusValue>,
    #[schema(minimum = 2000, maximum = 2099)]
    pub year: Option<i32>,
    pub act_number: Title,
    pub article: Option<Title>,
    /// Only what is `VERIFIED` is law: it was so when the set was loaded, or has been held against the act since.
    pub confidence: Confidence,
    /// The verification that holds it against the act, where one was recorded.
    pub verification_id: Option<ThresholdVerificationId>,
    pub note: Option<Note>,
}

impl HeldSet {
    /// A threshold for an answer.
    pub fn describe_threshold(&self, memory: &Snapshot, threshold: &HeldThreshold) -> AppliedThreshold {
        let row = &threshold.row;
        let provincial = self.provincial_layers.get(threshold.layer).copied().unwrap_or(false);
        let of_region = row.region_code.as_str() != ALL;
        let layer = match (provincial, row.commune_group.is_some()) {
            (true, true) => ThresholdLayer::ProvinceGroup,
            (true, false) => ThresholdLayer::Province,
            (false, true) => ThresholdLayer::NationalGroup,
            (false, false) if of_region => ThresholdLayer::NationalRegion,
            (false, false) => ThresholdLayer::National,
        };
        let set = memory.part::<super::sets::CriteriaSets>().by_id(row.criteria_set_id);
        AppliedThreshold {
            operator: row.operator,
            value: row.value,
            layer,
            criteria_set_code: set.map_or_else(|| self.row.code.clone(), |set| set.row.code.clone()),
            region_code: row.region_code.clone(),
            commune_group: row.commune_group.clone(),
            year: row.year,
            act_number: row.act_number.clone(),
            article: row.article.clone(),
            confidence: threshold.confidence(),
            verification_id: threshold.verification_id,
            note: row.note.clone(),
        }
    }
}
