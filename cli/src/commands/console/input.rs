//! When what was typed so far is a whole expression.

use trueup_syntax::{
    TokenKind,
    token::{ScanMode, scan},
};

/// Whether a bracket, template sequence or heredoc is still open, so that the
/// expression goes on in the next line.
pub(super) fn is_open(text: &str) -> bool {
    let mut depth = 0_i64;
    let mut heredocs = 0_i64;
    for token in scan(text, ScanMode::Normal) {
        match token.kind {
            TokenKind::OBrace | TokenKind::OBrack | TokenKind::OParen => depth += 1,
            TokenKind::CBrace | TokenKind::CBrack | TokenKind::CParen => depth -= 1,
            TokenKind::OHeredoc => heredocs += 1,
            TokenKind::CHeredoc => heredocs -= 1,
            _ => {}
        }
    }
    depth > 0 || heredocs > 0
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn brackets_and_heredocs_go_on_quotes_do_not() {
        let open = [
            "[",
            "{\n a = [1,\n",
            "upper(",
            "<<EOT\na\n",
            "[for x in y :",
        ];
        let whole = ["1", "[1]", "\"[\"", "\"a", "<<EOT\na\nEOT\n", "]", "a # ["];
        assert_eq!(open.map(is_open), [true; 5]);
        assert_eq!(whole.map(is_open), [false; 7]);
    }
}
