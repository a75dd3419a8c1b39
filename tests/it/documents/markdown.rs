//! As much of Markdown as the tests ask for.

/// A fenced block of code.
pub(crate) struct Block<'a> {
    pub(crate) language: &'a str,
    pub(crate) text: String,
}

/// The blocks of code, in order.
pub(crate) fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in markdown.lines() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), None) => {
                open = Some(Block {
                    language,
                    text: String::new(),
                });
            }
            (None, Some(block)) => block.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block of code is not closed");
    blocks
}

/// The text without its blocks of code.
fn prose(markdown: &str) -> String {
    let mut within = false;
    let lines = markdown.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        within ^= fence;
        !within && !fence
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The cells of each row of each table, without the lines between.
pub(crate) fn rows(markdown: &str) -> Vec<Vec<String>> {
    prose(markdown)
        .lines()
        .filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'))
        .filter(|row| !row.starts_with("---"))
        .map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}
