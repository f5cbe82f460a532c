//! Which of the thresholds of an act, and of those who stand on it, applies to a unit.
//!
//! Source: QĐ 318/QĐ-TTg (8/3/2022) for the regions and their columns; QĐ 211/QĐ-TTg (1/3/2023) for who uses the
//! column of the Northern midlands, and for provinces that set levels by groups of communes; QĐ 51/2025/QĐ-TTg
//! (29/12/2025) for groups of communes in place of regions.

use super::figures::{Operator, Requirement, Scaled};
use super::verdicts::Reason;

/// For whom a threshold is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area<'a> {
    /// A group of communes.
    Group(&'a str),
    /// A socio-economic region.
    Region(&'a str),
    All,
    /// The column of the national average (chỉ tiêu chung): it is published and never applied to a commune.
    NationalAverage,
}

/// One threshold as an act gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// 0 for the most specific set (the province's), then the set it stands on.
    pub layer: usize,
    pub area: Area<'a>,
    /// For one year, where the act gives years.
    pub year: Option<i32>,
    pub operator: Operator,
    /// None where the act leaves it to the province, or its figure is not known.
    pub limit: Option<Scaled>,
}

/// Which region's column a unit uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region<'a> {
    Certain(&'a str),
    /// The one or the other: an act asks for more than the service can know of the unit.
    Either(&'a str, &'a str),
    Unknown,
}

/// What chooses thresholds for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The year that is assessed, not the year of the decision.
    pub year: i32,
    pub region: Region<'a>,
    /// None where no group of the unit is recorded.
    pub group: Option<&'a str>,
    /// All regions and groups there are: a unit of which none is recorded is in one of them.
    pub regions: &'a [&'a str],
    pub groups: &'a [&'a str],
}

/// An act lets units with a status use another region's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionOverride<'a> {
    pub region: &'a str,
    /// The unit has the status on the day, and the act is in force.
    pub applies: bool,
    /// The act asks for something more, of which nothing is recorded.
    pub asks_for_more: bool,
}

/// The region whose column a unit uses: its own, unless an act gives it another for its status.
pub fn region_of<'a>(own: Option<&'a str>, overrides: &[RegionOverride<'a>]) -> Region<'a> {
    if let Some(certain) = overrides.iter().find(|one| one.applies && !one.asks_for_more) {
        return Region::Certain(certain.region);
    }
    let doubtful = overrides.iter().find(|one| one.applies && one.asks_for_more);
    match (own, doubtful) {
        (Some(own), Some(doubtful)) if doubtful.region != own => Region::Either(own, doubtful.region),
        (Some(own), _) => Region::Certain(own),
        (None, _) => Region::Unknown,
    }
}

/// What was found, with the place of the candidate it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    Found { candidate: usize, requirement: Requirement },
    Missing { candidate: Option<usize>, reason: Reason },
}

impl Resolution {
    pub fn requirement(self) -> Result<Requirement, Reason> {
        match self {
            Resolution::Found { requirement, .. } => Ok(requirement),
            Resolution::Missing { reason, .. } => Err(reason),
        }
    }
}

/// The threshold that applies, most specific first: the province's for a group of communes, the province's, the
/// national one for a group, the national one for the region, the one for all. Where the status that chooses is not
/// known, it is asked for every region and group the unit may be in: answers that agree are as good as one, those that
/// differ leave it open.
pub fn resolve(candidates: &[Candidate<'_>], facts: &Facts<'_>) -> Resolution {
    let by_region = candidates.iter().any(|candidate| matches!(candidate.area, Area::Region(_)));
    let by_group = candidates.iter().any(|candidate| matches!(candidate.area, Area::Group(_)));
    let regions: &[&str] = match &facts.region {
        Region::Certain(own) => std::slice::from_ref(own),
        Region::Either(one, other) => &[*one, *other],
        Region::Unknown if by_region => facts.regions,
        Region::Unknown => &[""],
    };
    let groups: &[&str] = match &facts.group {
        Some(own) => std::slice::from_ref(own),
        None if by_group => facts.groups,
        None => &[""],
    };
    let mut answers = Vec::with_capacity(regions.len() * groups.len());
    for region in regions {
        answers.extend(groups.iter().map(|group| most_specific(candidates, facts.year, region, group)));
    }
    let Some(first) = answers.first().copied() else {
        return Resolution::Missing { candidate: None, reason: Reason::StatusMissing };
    };
    if answers.iter().all(|answer| answer.requirement() == first.requirement()) {
        first
    } else {
        Resolution::Missing { candidate: None, reason: Reason::StatusMissing }
    }
}

/// The threshold for a unit whose region and group are known.
fn most_specific(candidates: &[Candidate<'_>], year: i32, region: &str, group: &str) -> Resolution {
    let steps = [Area::Group(group), Area::Region(region), Area::All];
    let layers = candidates.iter().map(|candidate| candidate.layer).max().map_or(0, |last| last + 1);
    for layer in 0..layers {
        for step in steps {
            let of_step = |candidate: &&Candidate<'_>| candidate.layer == layer && candidate.area == step;
            let place = |of_year: Option<i32>| {
                candidates.iter().position(|candidate| of_step(&candidate) && candidate.year == of_year)
            };
            // A threshold of the year goes before one of any year.
            let Some(candidate) = place(Some(year)).or_else(|| place(None)) else { continue };
            let Candidate { operator, limit, .. } = candidates[candidate];
            return match limit {
                Some(limit) => Resolution::Found { candidate, requirement: Requirement { operator, limit } },
                None => Resolution::Missing { candidate: Some(candidate), reason: Reason::ThresholdMissing },
            };
        }
    }
    Resolution::Missing { candidate: None, reason: Reason::ThresholdMissing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(layer: usize, area: Area<'static>, year: Option<i32>, limit: Option<Scaled>) -> Candidate<'static> {
        Candidate { layer, area, year, operator: Operator::AtLeast, limit }
    }

    fn facts(year: i32, region: Region<'static>, group: Option<&'static str>) -> Facts<'static> {
        Facts { year, region, group, regions: &["TDMNPB", "DBSH"], groups: &["1", "2", "3"] }
    }

    fn limit(resolution: Resolution) -> Result<Scaled, Reason> {
        resolution.requirement().map(|requirement| requirement.limit)
    }

    #[test]
    fn the_most_specific_threshold_applies() {
        use Area::{All, Group, NationalAverage, Region as Of};
        let here = Region::Certain("TDMNPB");
        let all = [
            candidate(0, Group("1"), None, Some(11)),
            candidate(0, All, None, Some(12)),
            candidate(1, Group("1"), None, Some(13)),
            candidate(1, Of("TDMNPB"), None, Some(14)),
            candidate(1, All, None, Some(15)),
            candidate(1, NationalAverage, None, Some(16)),
        ];
        // Each time the most specific one is taken away.
        for (from, group, expected) in [
            (0, Some("1"), Ok(11)),
            (0, Some("2"), Ok(12)),
            (1, Some("1"), Ok(12)),
            (2, Some("1"), Ok(13)),
            (2, Some("2"), Ok(14)),
            (3, Some("1"), Ok(14)),
            (4, Some("1"), Ok(15)),
            (5, Some("1"), Err(Reason::ThresholdMissing)),
            (6, Some("1"), Err(Reason::ThresholdMissing)),
        ] {
            assert_eq!(limit(resolve(&all[from..], &facts(2022, here, group))), expected, "{from} {group:?}");
        }
    }

    #[test]
    fn the_year_assessed_chooses_where_the_act_gives_years() {
        let by_year = [
            candidate(0, Area::Region("TDMNPB"), Some(2021), Some(36)),
            candidate(0, Area::Region("TDMNPB"), Some(2022), Some(39)),
        ];
        let on = |year| limit(resolve(&by_year, &facts(year, Region::Certain("TDMNPB"), None)));
        assert_eq!((on(2021), on(2022), on(2023)), (Ok(36), Ok(39), Err(Reason::ThresholdMissing)));
    }

    #[test]
    fn what_is_not_known_stays_open_unless_it_makes_no_difference() {
        let differing =
            [candidate(0, Area::Region("TDMNPB"), None, Some(60)), candidate(0, Area::Region("DBSH"), None, Some(75))];
        let alike =
            [candidate(0, Area::Region("TDMNPB"), None, Some(60)), candidate(0, Area::Region("DBSH"), None, Some(60))];
        let delegated = [candidate(0, Area::All, None, None)];
        let groups = [
            candidate(0, Area::Group("1"), None, Some(40)),
            candidate(0, Area::Group("2"), None, Some(35)),
            candidate(0, Area::Group("3"), None, Some(27)),
        ];
        // Only one group and one region have a threshold of their own; the others fall back on the one for all.
        let one_group = [candidate(0, Area::Group("3"), None, Some(50)), candidate(0, Area::All, None, Some(70))];
        let one_region = [candidate(0, Area::Region("DBSH"), None, Some(50)), candidate(0, Area::All, None, Some(70))];
        for (candidates, region, group, expected) in [
            (&differing[..], Region::Certain("DBSH"), None, Ok(75)),
            (&differing[..], Region::Unknown, None, Err(Reason::StatusMissing)),
            (&differing[..], Region::Either("DBSH", "TDMNPB"), None, Err(Reason::StatusMissing)),
            (&differing[..], Region::Certain("TN"), None, Err(Reason::ThresholdMissing)),
            (&alike[..], Region::Unknown, None, Ok(60)),
            (&alike[..], Region::Either("DBSH", "TDMNPB"), None, Ok(60)),
            (&delegated[..], Region::Certain("TDMNPB"), None, Err(Reason::ThresholdMissing)),
            (&groups[..], Region::Unknown, Some("3"), Ok(27)),
            (&groups[..], Region::Unknown, None, Err(Reason::StatusMissing)),
            (&one_group[..], Region::Unknown, Some("3"), Ok(50)),
            (&one_group[..], Region::Unknown, Some("1"), Ok(70)),
            (&one_group[..], Region::Unknown, None, Err(Reason::StatusMissing)),
            (&one_region[..], Region::Unknown, None, Err(Reason::StatusMissing)),
            (&one_region[..], Region::Either("TDMNPB", "DBSH"), None, Err(Reason::StatusMissing)),
            (&one_region[..], Region::Certain("TDMNPB"), None, Ok(70)),
        ] {
            assert_eq!(limit(resolve(candidates, &facts(2022, region, group))), expected, "{region:?} {group:?}");
        }
        // Where regions and groups make no difference, none has to be known, not even which there are.
        for region in [Region::Unknown, Region::Either("DBSH", "TDMNPB")] {
            let nowhere = Facts { year: 2022, region, group: None, regions: &[], groups: &[] };
            assert_eq!(limit(resolve(&one_group[1..], &nowhere)), Ok(70), "{region:?}");
        }
        // What the province has to set is named, so that somebody can ask for it.
        let missing = resolve(&delegated, &facts(2022, Region::Certain("TDMNPB"), None));
        assert_eq!(missing, Resolution::Missing { candidate: Some(0), reason: Reason::ThresholdMissing });
    }

    #[test]
    fn a_status_lets_a_unit_use_another_column() {
        let over = |applies, asks_for_more| RegionOverride { region: "TDMNPB", applies, asks_for_more };
        for (own, overrides, expected) in [
            (Some("DBSH"), vec![], Region::Certain("DBSH")),
            (Some("DBSH"), vec![over(false, false)], Region::Certain("DBSH")),
            (Some("DBSH"), vec![over(false, true)], Region::Certain("DBSH")),
            (Some("DBSH"), vec![over(true, false)], Region::Certain("TDMNPB")),
            (Some("DBSH"), vec![over(true, true)], Region::Either("DBSH", "TDMNPB")),
            (Some("TDMNPB"), vec![over(true, true)], Region::Certain("TDMNPB")),
            (None, vec![over(true, true)], Region::Unknown),
            (None, vec![over(true, false)], Region::Certain("TDMNPB")),
            (Some("DBSH"), vec![over(true, true), over(true, false)], Region::Certain("TDMNPB")),
        ] {
            assert_eq!(region_of(own, &overrides), expected, "{own:?} {overrides:?}");
        }
    }
}
