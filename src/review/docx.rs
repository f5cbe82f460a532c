//! The paper as a document to be signed, in the layout of administrative papers.
//!
//! Source: Nghị định 30/2020/NĐ-CP, Phụ lục I (thể thức và kỹ thuật trình bày văn bản hành chính). What only whoever issues
//! it knows (number, signer, recipients) is left open.

use super::model::{ReviewTopic, SteeringReview};
use super::wording::{self, actual, day, gap, label, names, nothing, pick, range, target};
use crate::error::Error;
use crate::http::Language;
use crate::reports::KnowledgeState;
use crate::values::LocalDate;
use docx_rs::{
    AlignmentType, BreakType, Docx, Header, LineSpacing, PageMargin, PageNum, Paragraph, Run, RunFonts, Table,
    TableCell, TableRow, WidthType,
};
use std::io::Cursor;

/// Twentieths of a point: 1 mm is 56.7 of them.
const A4: (u32, u32) = (11906, 16838);
const MARGINS: PageMargin =
    PageMargin { top: 1134, bottom: 1134, left: 1701, right: 964, header: 567, footer: 567, gutter: 0 };
/// Width of the text between the margins.
const TEXT_WIDTH: usize = 11906 - 1701 - 964;
/// Half points.
const SIZE: usize = 26;
const SMALL: usize = 24;
const FINE: usize = 22;
const FONT: &str = "Times New Roman";
/// Left open for whoever issues the paper.
const OPEN: &str = "…………";

/// The document as a file.
pub fn document(review: &SteeringReview) -> Result<Vec<u8>, Error> {
    let document = Docx::new()
        .page_size(A4.0, A4.1)
        .page_margin(MARGINS)
        .default_fonts(RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT).east_asia(FONT))
        .default_size(SIZE)
        .default_line_spacing(LineSpacing::new().after(80))
        // The number of a page stands above its middle, from the second page on.
        .first_header(Header::new())
        .header(Header::new().add_paragraph(Paragraph::new().align(AlignmentType::Center).add_page_num(PageNum::new())))
        .add_table(head(review))
        .add_paragraph(Paragraph::new())
        .add_paragraph(centred("BÁO CÁO", SIZE + 2))
        .add_paragraph(centred(&subject(review), SIZE + 2))
        .add_paragraph(Paragraph::new());
    let document = body(document, review).add_paragraph(Paragraph::new()).add_table(foot());
    let document = appendix(document, review);
    let mut file = Cursor::new(Vec::new());
    document.build().pack(&mut file).map_err(Error::internal)?;
    Ok(file.into_inner())
}

fn subject(review: &SteeringReview) -> String {
    format!(
        "Kết quả thực hiện các chương trình mục tiêu quốc gia kỳ {} của {}",
        review.scope.period, review.scope.unit.name
    )
}

fn text(text: &str) -> Run {
    Run::new().add_text(text)
}

fn line(words: &str) -> Paragraph {
    Paragraph::new().align(AlignmentType::Both).add_run(text(words))
}

fn centred(words: &str, size: usize) -> Paragraph {
    Paragraph::new().align(AlignmentType::Center).add_run(text(words).bold().size(size))
}

fn heading(words: &str) -> Paragraph {
    Paragraph::new().keep_next(true).line_spacing(LineSpacing::new().before(120).after(80)).add_run(text(words).bold())
}

/// Two columns without lines: what stands beside each other at the head and the foot.
fn beside(rows: Vec<(Vec<Paragraph>, Vec<Paragraph>)>, widths: [usize; 2]) -> Table {
    let cell = |paragraphs: Vec<Paragraph>, width: usize| {
        paragraphs.into_iter().fold(TableCell::new().width(width, WidthType::Dxa), TableCell::add_paragraph)
    };
    let rows = rows.into_iter().map(|(left, right)| TableRow::new(vec![cell(left, widths[0]), cell(right, widths[1])]));
    Table::without_borders(rows.collect()).set_grid(widths.to_vec()).width(TEXT_WIDTH, WidthType::Dxa)
}

/// Who issues it, the national title, number, place and day.
fn head(review: &SteeringReview) -> Table {
    let issuer = review.scope.committee_name.as_ref().map_or(OPEN.to_owned(), |name| name.as_str().to_uppercase());
    let centred_with = |run: Run| Paragraph::new().align(AlignmentType::Center).add_run(run);
    let rule = |width: usize| centred_with(text(&"─".repeat(width)).size(SMALL - 8));
    beside(
        vec![
            (
                vec![centred(&issuer, SMALL), rule(8)],
                vec![
                    centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", SMALL),
                    centred("Độc lập - Tự do - Hạnh phúc", SIZE),
                    rule(20),
                ],
            ),
            (
                vec![centred_with(text(&format!("Số: {OPEN}/BC-BCĐ")))],
                vec![centred_with(
                    text(&format!("{}, {}", review.scope.unit.name, written(review.scope.today))).italic(),
                )],
            ),
        ],
        [TEXT_WIDTH * 2 / 5, TEXT_WIDTH * 3 / 5],
    )
}

/// A day as it is written above a paper: with a zero before days under ten and the first two months.
fn written(day: LocalDate) -> String {
    let text = day.to_string();
    let parts: Vec<&str> = text.split('-').collect();
    let month = match parts[1] {
        early @ ("01" | "02") => early,
        later => later.trim_start_matches('0'),
    };
    format!("ngày {} tháng {month} năm {}", parts[2], parts[0])
}

/// Recipients and signature.
fn foot() -> Table {
    let centred_bold = |words: &str| centred(words, SIZE);
    beside(
        vec![(
            vec![
                Paragraph::new().add_run(text("Nơi nhận:").bold().italic().size(SMALL)),
                Paragraph::new().add_run(text(&format!("- {OPEN};")).size(FINE)),
                Paragraph::new().add_run(text("- Lưu: VT.").size(FINE)),
            ],
            vec![
                centred_bold(&format!("QUYỀN HẠN, CHỨC VỤ {OPEN}")),
                Paragraph::new()
                    .add_run(Run::new().add_break(BreakType::TextWrapping).add_break(BreakType::TextWrapping)),
                centred_bold(OPEN),
            ],
        )],
        [TEXT_WIDTH / 2, TEXT_WIDTH / 2],
    )
}

/// A table with lines; columns share the width in these parts.
fn table(parts: &[usize], heading: &[&str], rows: Vec<Vec<String>>) -> Table {
    let whole: usize = parts.iter().sum();
    let widths: Vec<usize> = parts.iter().map(|part| TEXT_WIDTH * part / whole).collect();
    let cell = |words: &str, width: usize, bold: bool| {
        let run = text(words).size(SMALL);
        let paragraph = Paragraph::new().add_run(if bold { run.bold() } else { run });
        TableCell::new().width(width, WidthType::Dxa).add_paragraph(paragraph)
    };
    let row = |cells: Vec<String>, bold: bool| {
        let cells: Vec<TableCell> = match cells.as_slice() {
            // What is alone in its row takes all of it.
            [alone] => vec![cell(alone, TEXT_WIDTH, bold).grid_span(widths.len())],
            several => several.iter().zip(&widths).map(|(words, width)| cell(words, *width, bold)).collect(),
        };
        TableRow::new(cells).cant_split()
    };
    let head = (!heading.is_empty()).then(|| row(heading.iter().map(|word| (*word).to_owned()).collect(), true));
    let rows = head.into_iter().chain(rows.into_iter().map(|cells| row(cells, false)));
    Table::new(rows.collect()).set_grid(widths.clone()).width(TEXT_WIDTH, WidthType::Dxa)
}

const VI: Language = Language::Vietnamese;

fn body(document: Docx, review: &SteeringReview) -> Docx {
    let document = results(document, review);
    let document = document
        .add_paragraph(heading("II. Các lĩnh vực"))
        .add_table(table(
            &[5, 2, 2, 2, 2],
            &[
                "Lĩnh vực, chỉ tiêu",
                &review.scope.compare_with.to_string(),
                &review.scope.period.to_string(),
                "Mục tiêu",
                "So với tỉnh",
            ],
            review.topics.iter().flat_map(topic_rows).collect(),
        ))
        .add_paragraph(Paragraph::new())
        .add_paragraph(heading("III. Vốn theo chương trình"))
        .add_table(table(
            &[5, 2, 2, 2, 2],
            &wording::money_headings(VI),
            review.programmes.iter().map(|programme| wording::money(programme, VI).to_vec()).collect(),
        ))
        .add_paragraph(line(&wording::disbursement(&review.disbursement, VI)));
    let document = work(document.add_paragraph(Paragraph::new()), review);
    let said = review.statements.iter().enumerate().map(|(at, row)| {
        vec![format!("{}. {}", at + 1, row.statement.wording), label(row.answer.outcome, VI).to_owned()]
    });
    let document = document.add_paragraph(heading("V. Nhận định và số liệu"));
    let document = match review.statements.is_empty() {
        true => document.add_paragraph(line("Chưa ghi nhận định nào.")),
        false => document.add_table(table(&[5, 2], &["Nhận định", "Số liệu"], said.collect())),
    };
    let document = document.add_paragraph(Paragraph::new()).add_paragraph(heading("VI. Đề xuất kết luận"));
    if review.proposed_conclusions.is_empty() {
        return document.add_paragraph(line("Không có căn cứ để đề xuất."));
    }
    (1..).zip(&review.proposed_conclusions).fold(document, |document, (number, proposal)| {
        let wording = format!("{number}. {}", pick(&proposal.wording, VI));
        let rule = format!(" (căn cứ: {})", label(proposal.rule, VI));
        document.add_paragraph(line(&wording).add_run(text(&rule).italic().size(SMALL)))
    })
}

/// The calls behind what the paper says, part by part: a paper that is sent has no address from which a link could lead
/// there.
fn sources(review: &SteeringReview) -> Vec<(String, String)> {
    let mut found = vec![
        ("I. Phân bố theo số tiêu chí đạt".to_owned(), review.results_source_path.clone()),
        ("I. Từng xã theo tiêu chí".to_owned(), review.matrix_source_path.clone()),
    ];
    let topics = review.topics.iter().filter(|topic| topic.state == KnowledgeState::Known);
    found.extend(topics.map(|topic| (format!("II. {}", pick(&topic.name, VI)), topic.source_path.clone())));
    found.extend(
        review.programmes.iter().map(|programme| (format!("III. {}", programme.code), programme.source_path.clone())),
    );
    found.push(("III. Giải ngân vốn giao trong năm".to_owned(), review.disbursement.source_path.clone()));
    found.push(("IV. Nhiệm vụ, vướng mắc".to_owned(), review.work_source_path.clone()));
    found.push(("IV. Báo cáo theo chế độ".to_owned(), review.reporting.source_path.clone()));
    let said = (1..).zip(&review.statements);
    found.extend(said.map(|(number, row)| (format!("V.{number}"), wording::statement_path(review, row))));
    let proposed = (1..).zip(&review.proposed_conclusions);
    found.extend(proposed.map(|(number, proposal)| (format!("VI.{number}"), proposal.source_path.clone())));
    found
}

/// The list of them, after the signature.
fn appendix(document: Docx, review: &SteeringReview) -> Docx {
    let title = Paragraph::new().align(AlignmentType::Center).page_break_before(true);
    let document = document
        .add_paragraph(title.add_run(text("PHỤ LỤC").bold()))
        .add_paragraph(centred("Nguồn của từng nội dung (lời gọi trên hệ thống)", SIZE));
    sources(review).into_iter().fold(document, |document, (part, path)| {
        let part = Paragraph::new().add_run(text(&format!("{part}: ")).size(FINE));
        document.add_paragraph(part.add_run(text(&path).size(FINE)))
    })
}

fn results(document: Docx, review: &SteeringReview) -> Docx {
    let (results, coverage) = (&review.results, &review.results.coverage);
    let missing = if coverage.missing.is_empty() { String::new() } else { format!(" ({})", names(&coverage.missing)) };
    let bands = results.total.bands.iter().map(|band| {
        let units = band.units.iter().map(|unit| format!("{} ({})", unit.name, range(unit.met_min, unit.met_max)));
        vec![band.code.to_string(), band.count.to_string(), units.collect::<Vec<_>>().join(", ")]
    });
    let average = results.total.criteria_met_average;
    let average = average.map_or(nothing(VI).to_owned(), |range| wording::average(range, VI));
    document
        .add_paragraph(heading(&format!("I. Kết quả thực hiện bộ tiêu chí {}", review.scope.criteria_set_code)))
        .add_paragraph(line(&format!(
            "Số xã phải báo cáo: {}; đã báo cáo: {}; chưa báo cáo: {}{missing}.",
            coverage.expected_count, coverage.reported_count, coverage.missing_count
        )))
        .add_table(table(&[2, 2, 8], &["Nhóm", "Số xã", "Tên xã"], bands.collect()))
        .add_paragraph(line(&format!(
            "Bình quân tiêu chí đạt mỗi xã: {average}; kế hoạch: {}.",
            wording::planned(results.total.target.criteria_met_average, VI)
        )))
        .add_paragraph(line(&format!(
            "Số xã được công nhận đạt chuẩn: {}; kế hoạch: {}.",
            wording::recognised(&results.total, VI),
            wording::planned(results.total.target.recognised_count, VI)
        )))
}

fn topic_rows(topic: &ReviewTopic) -> Vec<Vec<String>> {
    let unknown = topic.state == KnowledgeState::NoData;
    let name = pick(&topic.name, VI);
    let head = if unknown { format!("{name}: {}", nothing(VI)) } else { name.to_owned() };
    let mut rows = vec![vec![head]];
    for indicator in &topic.indicators {
        let (first, last) = (indicator.periods.first(), indicator.periods.last());
        rows.push(vec![
            format!("- {}", pick(&indicator.name, VI)),
            actual(first, VI),
            actual(last, VI),
            target(last, VI),
            gap(last, VI),
        ]);
    }
    rows
}

fn work(document: Docx, review: &SteeringReview) -> Docx {
    let (work, owed) = (&review.work, &review.reporting.count);
    let kinds = work.by_kind.iter().map(|row| {
        let tasks = &row.tasks;
        let counts = [tasks.total_count, tasks.open_count, tasks.overdue_count, tasks.on_time_count, tasks.late_count];
        std::iter::once(label(row.kind, VI).to_owned()).chain(counts.map(|count| count.to_string())).collect()
    });
    let heads = ["Loại nhiệm vụ", "Tổng số", "Chưa xong", "Quá hạn", "Đúng hạn", "Chậm"];
    let (visits, inspections) = (&work.activities.visit_coverage, &work.activities.inspection_coverage);
    document
        .add_paragraph(heading("IV. Nhiệm vụ, vướng mắc, báo cáo"))
        .add_table(table(&[5, 2, 2, 2, 2, 2], &heads, kinds.collect()))
        .add_paragraph(line(&format!(
            "Thành viên chưa đăng ký việc làm cụ thể: {}. Xã đã có đoàn đến làm việc: {}/{}; đã kiểm tra, giám sát: {}/{}.",
            work.without_commitment.count,
            visits.covered_count,
            visits.expected_count,
            inspections.covered_count,
            inspections.expected_count
        )))
        .add_paragraph(line(&format!(
            "Tồn tại, vướng mắc: {}; chờ giải quyết: {}; quá hạn trả lời: {}.",
            work.obstacles.total_count, work.obstacles.waiting_count, work.obstacles.overdue_count
        )))
        .add_paragraph(line(&format!(
            "Báo cáo theo chế độ đến hạn từ {} đến {}: {}; chưa gửi, đã quá hạn: {}; gửi chậm: {}.",
            day(review.reporting.due_date_gte, VI),
            day(review.reporting.due_date_lte, VI),
            owed.owed_count,
            owed.missing_count,
            owed.late_count
        )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Scalar;

    #[test]
    fn days_are_written_as_the_decree_asks() {
        for (day, expected) in [
            ("2023-03-10", "ngày 10 tháng 3 năm 2023"),
            ("2023-02-05", "ngày 05 tháng 02 năm 2023"),
            ("2023-12-01", "ngày 01 tháng 12 năm 2023"),
        ] {
            assert_eq!(written(LocalDate::parse(day).unwrap()), expected);
        }
    }
}
