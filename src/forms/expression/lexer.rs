//! From text to tokens.

use super::Fault;
use crate::number::{self, Fraction};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(Fraction),
    Text(String),
    Name(String),
    Sign(&'static str),
    End,
}

/// Longer signs stand before those they begin with.
const SIGNS: [&str; 23] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(", ")", "[", "]",
    ",", ".", "=",
];

/// Every token with the character where it begins; the last is `End`.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Fault> {
    let signs: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&sign) = signs.get(at) {
        let from = at;
        if sign.is_whitespace() {
            at += 1;
        } else if sign.is_ascii_digit() {
            let length = run(&signs, at, |sign| sign.is_ascii_alphanumeric() || sign == '_' || sign == '.');
            at += length;
            found.push((from, number(from, &slice(&signs, from, at))?));
        } else if sign.is_ascii_alphabetic() || sign == '_' {
            at += run(&signs, at, |sign| sign.is_ascii_alphanumeric() || sign == '_');
            found.push((from, Token::Name(slice(&signs, from, at))));
        } else if sign == '\'' || sign == '"' {
            let (text, next) = quoted(&signs, at, sign)?;
            at = next;
            found.push((from, Token::Text(text)));
        } else {
            let known =
                SIGNS.into_iter().find(|one| one.chars().eq(signs.iter().skip(at).take(one.len()).copied()));
            let Some(known) = known else {
                return Err(Fault::new(
                    at,
                    "expression_syntax",
                    format!("{sign:?} does not belong in an expression"),
                    "Use names, numbers, 'texts' and the operators listed in forms/README.md.",
                ));
            };
            if known == "=" {
                return Err(Fault::new(
                    at,
                    "expression_syntax",
                    "a single = compares nothing",
                    "Write == to compare.",
                ));
            }
            at += known.len();
            found.push((from, Token::Sign(known)));
        }
    }
    found.push((signs.len(), Token::End));
    Ok(found)
}

fn run(signs: &[char], from: usize, belongs: impl Fn(char) -> bool) -> usize {
    signs.iter().skip(from).take_while(|sign| belongs(**sign)).count()
}

fn slice(signs: &[char], from: usize, to: usize) -> String {
    signs.iter().skip(from).take(to.saturating_sub(from)).collect()
}

fn number(at: usize, text: &str) -> Result<Token, Fault> {
    number::parse(text).map(Token::Number).ok_or_else(|| {
        Fault::new(
            at,
            "expression_syntax",
            format!("{text} is not a number"),
            format!(
                "Write digits with a decimal point, for example 0.5; at most {} digits.",
                number::LONGEST
            ),
        )
    })
}

fn quoted(signs: &[char], from: usize, quote: char) -> Result<(String, usize), Fault> {
    let mut text = String::new();
    let mut at = from + 1;
    loop {
        match signs.get(at) {
            Some(&sign) if sign == quote => return Ok((text, at + 1)),
            Some('\\') => {
                match signs.get(at + 1) {
                    Some(&sign @ ('\\' | '\'' | '"')) => text.push(sign),
                    Some('n') => text.push('\n'),
                    _ => {
                        return Err(Fault::new(
                            at,
                            "expression_syntax",
                            "a backslash stands before something it does not change",
                            "Only \\\\, \\', \\\" and \\n are known.",
                        ));
                    }
                }
                at += 2;
            }
            Some(&sign) => {
                text.push(sign);
                at += 1;
            }
            None => {
                return Err(Fault::new(
                    from,
                    "expression_syntax",
                    "a text has no end",
                    format!("End the text with {quote}."),
                ));
            }
        }
    }
}
