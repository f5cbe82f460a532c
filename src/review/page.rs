//! The paper as a page to be read and printed.

use super::charts;
use super::model::{ReviewTopic, SteeringReview};
use super::wording::{
    self, actual, average, day, gap, label, names, nothing, pick, planned, range, recognised, statement_path, target,
};
use crate::http::Language;
use crate::reports::{BandCount, GapTrend, KnowledgeState};
use crate::statements::StatementOutcome;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "@page{size:A4;margin:2cm 1.5cm 2cm 2.5cm}body{font-family:'Times New Roman',serif;font-size:13pt;\
line-height:1.4;max-width:46rem;margin:1.5rem auto;padding:0 1rem;color:#111}h1{font-size:15pt;text-align:center;\
margin:.4rem 0}h2{font-size:13pt;margin:1.4rem 0 .4rem;break-after:avoid}p{margin:.4rem 0}.of{text-align:center;\
margin:0 0 1rem}table{border-collapse:collapse;width:100%;font-size:11pt;margin:.5rem 0}th,td{border:1px solid #888;\
padding:.2rem .4rem;text-align:left;vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}thead{display:\
table-header-group}tr{break-inside:avoid}svg{width:100%;height:auto;font:11px sans-serif;break-inside:avoid}\
svg .fill{fill:#2f6f9f}svg .late{fill:#b5542b}svg .met{fill:#bfe3c6}svg .unmet{fill:#f2b8ad}svg .open{fill:#e4e4e4}\
svg .none{fill:#f6f6f6}.unknown{color:#666;font-style:italic}.source{display:block;font-size:9pt;font-weight:normal;color:#666;overflow-wrap:anywhere}\
.key{font-size:10pt;color:#444}a{color:inherit}@media print{body{margin:0;max-width:none}a{color:inherit;text-decoration:none}}";

/// The whole page.
pub fn page(review: &SteeringReview, language: Language) -> Markup {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en);
    let title = say("Báo cáo phục vụ phiên họp Ban Chỉ đạo", "Paper for the meeting of the steering committee");
    let unit = &review.scope.unit;
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) " · " (unit.name) " · " (review.scope.period) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p.of {
                    (unit.name) " (" (unit.code) ") · " (say("kỳ", "period")) " " (review.scope.period) " · "
                    (say("số liệu tới ngày", "as of")) " " (day(review.scope.today, language))
                }
                @if review.scope.partial {
                    p.unknown { (say("Chỉ gồm các đơn vị người xem được phép xem.", "Only the units that the reader may see.")) }
                }
                (results(review, language))
                (topics(review, language))
                (money(review, language))
                (work(review, language))
                (statements(review, language))
                (proposals(review, language))
            }
        }
    }
}

fn results(review: &SteeringReview, language: Language) -> Markup {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en);
    let (results, coverage) = (&review.results, &review.results.coverage);
    html! {
        h2 { "I. " (say("Kết quả thực hiện bộ tiêu chí", "Results of the criteria set")) " " (review.scope.criteria_set_code) }
        p {
            (say("Số xã phải báo cáo", "Communes expected")) ": " (coverage.expected_count) "; "
            (say("đã báo cáo", "reported")) ": " (coverage.reported_count) "; "
            (say("chưa báo cáo", "missing")) ": " (coverage.missing_count)
            @if !coverage.missing.is_empty() { " (" (names(&coverage.missing)) ")" }
            "."
        }
        (charts::bands(&results.total.bands, results.total.unbanded_count, language))
        table {
            thead { tr { th { (say("Nhóm", "Band")) } th.n { (say("Số xã", "Communes")) } th { (say("Tên xã", "Names")) } } }
            tbody { @for band in &results.total.bands { (band_row(band)) } }
        }
        p {
            (say("Bình quân tiêu chí đạt mỗi xã", "Average of criteria met")) ": "
            @match results.total.criteria_met_average {
                Some(range) => { (average(range, language)) }
                None => span.unknown { (nothing(language)) }
            }
            "; " (say("kế hoạch", "target")) ": " (planned(results.total.target.criteria_met_average, language)) "."
        }
        p {
            (say("Số xã được công nhận đạt chuẩn", "Communes recognised")) ": " (recognised(&results.total, language)) "; "
            (say("kế hoạch", "target")) ": " (planned(results.total.target.recognised_count, language)) "."
        }
        @if let Some(change) = &results.comparison {
            p {
                (say("So với kỳ", "Since")) " " (review.scope.compare_with) ": "
                (say("tăng", "gained")) " " (change.gained_count) ", " (say("giảm", "lost")) " " (change.lost_count) ", "
                (say("không đổi", "unchanged")) " " (change.unchanged_count) ", "
                (say("chưa kết luận được", "unclear")) " " (change.unclear_count) ", "
                (say("không so sánh được", "not comparable")) " " (change.not_comparable_count) "."
            }
        }
        (source(&review.results_source_path))
        (charts::heat_map(&review.matrix, language))
        p.key { "✓ " (say("đạt", "met")) " · ✗ " (say("chưa đạt", "not met")) " · ? " (say("chưa đánh giá", "not assessed")) " · – " (say("không áp dụng", "not applicable")) }
        (source(&review.matrix_source_path))
    }
}

fn band_row(band: &BandCount) -> Markup {
    html! {
        tr {
            td { (band.code) }
            td.n { (band.count) }
            td { @for (at, unit) in band.units.iter().enumerate() { @if 0 < at { ", " } (unit.name) " (" (range(unit.met_min, unit.met_max)) ")" } }
        }
    }
}

fn topics(review: &SteeringReview, language: Language) -> Markup {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en);
    html! {
        h2 { "II. " (say("Các lĩnh vực", "Topics")) }
        table {
            thead {
                tr {
                    th { (say("Lĩnh vực, chỉ tiêu", "Topic, indicator")) }
                    th.n { (review.scope.compare_with) }
                    th.n { (review.scope.period) }
                    th.n { (say("Mục tiêu", "Target")) }
                    th { (say("So với tỉnh", "Gap to the province")) }
                }
            }
            tbody { @for topic in &review.topics { (topic_rows(topic, language)) } }
        }
    }
}

fn topic_rows(topic: &ReviewTopic, language: Language) -> Markup {
    html! {
        tr {
            th colspan="5" {
                (pick(&topic.name, language))
                @if topic.state == KnowledgeState::NoData { ": " span.unknown { (nothing(language)) } }
                span.source { (link(&topic.source_path)) }
            }
        }
        @for indicator in &topic.indicators {
            @let (first, last) = (indicator.periods.first(), indicator.periods.last());
            tr {
                td { (pick(&indicator.name, language)) }
                td.n { (actual(first, language)) }
                td.n { (actual(last, language)) }
                td.n { (target(last, language)) }
                td {
                    (gap(last, language))
                    @if indicator.trend_to_province != GapTrend::NoData { " (" (label(indicator.trend_to_province, language)) ")" }
                }
            }
        }
    }
}

fn money(review: &SteeringReview, language: Language) -> Markup {
    let known: Vec<_> = review.programmes.iter().filter(|programme| programme.figures.is_some()).collect();
    html! {
        h2 { "III. " (language.pick("Vốn theo chương trình", "Money by programme")) }
        table {
            thead {
                tr {
                    @for (at, heading) in wording::money_headings(language).iter().enumerate() {
                        th.n[0 < at] { (heading) }
                    }
                }
            }
            tbody {
                @for programme in &review.programmes {
                    @let cells = wording::money(programme, language);
                    tr {
                        td { (cells[0]) }
                        @if programme.figures.is_some() {
                            @for cell in &cells[1..] { td.n { (cell) } }
                        } @else {
                            td.n colspan="4" { span.unknown { (cells[1]) } }
                        }
                    }
                }
            }
        }
        p { (wording::disbursement(&review.disbursement, language)) }
        (source(&review.disbursement.source_path))
        @if !known.is_empty() { (charts::execution(&known, language)) }
        @for programme in &review.programmes { (source(&programme.source_path)) }
    }
}

fn work(review: &SteeringReview, language: Language) -> Markup {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en);
    let (work, owed) = (&review.work, &review.reporting.count);
    html! {
        h2 { "IV. " (say("Nhiệm vụ, vướng mắc, báo cáo", "Tasks, obstacles, reports")) }
        table {
            thead {
                tr {
                    th { (say("Loại nhiệm vụ", "Kind of task")) }
                    th.n { (say("Tổng số", "All")) } th.n { (say("Chưa xong", "Open")) } th.n { (say("Quá hạn", "Overdue")) }
                    th.n { (say("Đúng hạn", "On time")) } th.n { (say("Chậm", "Late")) }
                }
            }
            tbody {
                @for row in &work.by_kind {
                    tr {
                        td { (label(row.kind, language)) }
                        td.n { (row.tasks.total_count) } td.n { (row.tasks.open_count) } td.n { (row.tasks.overdue_count) }
                        td.n { (row.tasks.on_time_count) } td.n { (row.tasks.late_count) }
                    }
                }
            }
        }
        p { (say("Thành viên chưa đăng ký việc làm cụ thể", "Members without a commitment")) ": " (work.without_commitment.count) "." }
        p {
            (say("Xã đã có đoàn đến làm việc", "Communes visited")) ": " (work.activities.visit_coverage.covered_count) "/"
            (work.activities.visit_coverage.expected_count) "; " (say("đã kiểm tra, giám sát", "inspected")) ": "
            (work.activities.inspection_coverage.covered_count) "/" (work.activities.inspection_coverage.expected_count) "."
        }
        (source(&review.work_source_path))
        p {
            (say("Tồn tại, vướng mắc", "Shortcomings and obstacles")) ": " (work.obstacles.total_count) "; "
            (say("chờ giải quyết", "waiting")) ": " (work.obstacles.waiting_count) "; "
            (say("quá hạn trả lời", "overdue")) ": " (work.obstacles.overdue_count) "."
        }
        (charts::ageing(&work.obstacles.waiting_ageing, language))
        p {
            (say("Báo cáo theo chế độ đến hạn từ", "Reports due from")) " " (day(review.reporting.due_date_gte, language)) " "
            (say("đến", "to")) " " (day(review.reporting.due_date_lte, language)) ": " (owed.owed_count) "; "
            (say("chưa gửi, đã quá hạn", "missing")) ": " (owed.missing_count) "; " (say("gửi chậm", "late")) ": " (owed.late_count) "; "
            (say("bị trả lại", "returned")) ": " (owed.returned_count) "; " (say("đã tiếp nhận", "accepted")) ": " (owed.accepted_count) "."
        }
        (source(&review.reporting.source_path))
    }
}

fn statements(review: &SteeringReview, language: Language) -> Markup {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en);
    html! {
        h2 { "V. " (say("Nhận định và số liệu", "Statements and figures")) }
        @if review.statements.is_empty() { p.unknown { (say("Chưa ghi nhận định nào.", "No statement was recorded.")) } } @else {
            table {
                tbody {
                    @for row in &review.statements {
                        tr {
                            td {
                                (row.statement.wording)
                                span.source { (link(&statement_path(review, row))) }
                            }
                            td {
                                @if row.answer.outcome == StatementOutcome::NoData {
                                    span.unknown { (label(row.answer.outcome, language)) }
                                } @else { (label(row.answer.outcome, language)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn proposals(review: &SteeringReview, language: Language) -> Markup {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en);
    html! {
        h2 { "VI. " (say("Đề xuất kết luận", "Proposed conclusions")) }
        @if review.proposed_conclusions.is_empty() { p { (say("Không có căn cứ để đề xuất.", "Nothing gives reason for one.")) } } @else {
            ol {
                @for proposal in &review.proposed_conclusions {
                    li {
                        (pick(&proposal.wording, language))
                        span.source { (say("Căn cứ", "Rule")) ": " (label(proposal.rule, language)) "; " (link(&proposal.source_path)) }
                    }
                }
            }
        }
    }
}

fn source(path: &str) -> Markup {
    html! { p.source { (link(path)) } }
}

/// A link to the call behind a figure. It is told from the page's own address, `/v1/reports/steering-review`, so that it
/// also leads there below the prefix of a gateway.
fn link(path: &str) -> Markup {
    let from_here = path.strip_prefix("/v1/").map_or_else(|| path.to_owned(), |rest| format!("../{rest}"));
    html! { a href=(from_here) { (path) } }
}
