//! From tokens to a tree, by recursive descent with a counted depth.

use super::lexer::{Token, tokens};
use super::tree::{Each, Function, Node, Operator, Tree, children};
use super::{DEEPEST, Fault, LONGEST, RESERVED};

/// Parses a whole expression.
pub(super) fn parse(text: &str) -> Result<Tree, Fault> {
    if text.len() > LONGEST {
        return Err(Fault::new(
            0,
            "expression_too_long",
            format!("the expression is longer than {LONGEST} bytes"),
            "Move parts of it to indicators.",
        ));
    }
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let tree = parser.choose()?;
    match parser.peek() {
        (_, Token::End) => Ok(tree),
        (at, token) => Err(unexpected(at, token, "an operator or the end")),
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
}

const END: (usize, Token) = (0, Token::End);

fn unexpected(at: usize, token: &Token, wanted: &str) -> Fault {
    let found = match token {
        Token::Number(_) => "a number".to_owned(),
        Token::Text(text) => format!("the text '{text}'"),
        Token::Name(name) => format!("the name {name}"),
        Token::Sign(sign) => format!("`{sign}`"),
        Token::End => "the end".to_owned(),
    };
    let remedy = match token {
        Token::End => "Something is missing at the end; check that every ( has its ).",
        Token::Sign(")" | "]") => "Check that every ( has its ) and that nothing is missing before it.",
        _ => "Check operators, commas and quotes just before it.",
    };
    Fault::new(at, "expression_syntax", format!("{wanted} was expected, not {found}"), remedy)
}

fn too_deep(at: usize) -> Fault {
    Fault::new(
        at,
        "expression_too_deep",
        format!("the expression is nested more than {DEEPEST} deep"),
        "Move parts of it to indicators.",
    )
}

impl Parser {
    fn peek(&self) -> (usize, &Token) {
        let (at, token) = self.tokens.get(self.next).unwrap_or(&END);
        (*at, token)
    }

    fn take(&mut self) -> (usize, Token) {
        let taken = self.tokens.get(self.next).cloned().unwrap_or(END);
        self.next += 1;
        taken
    }

    fn skip(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek().1, Token::Sign(one) if *one == sign);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        if self.skip(sign) {
            return Ok(());
        }
        let (at, token) = self.peek();
        Err(unexpected(at, token, &format!("`{sign}`")))
    }

    /// A tree over its parts, refused when it grows too high.
    fn tree(at: usize, node: Node) -> Result<Tree, Fault> {
        let mut tree = Tree { at, height: 1, node };
        tree.height = 1 + children(&tree).iter().map(|child| child.height).max().unwrap_or(0);
        if tree.height > DEEPEST { Err(too_deep(at)) } else { Ok(tree) }
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Parser) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= DEEPEST {
            return Err(too_deep(self.peek().0));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn choose(&mut self) -> Result<Tree, Fault> {
        self.deeper(|parser| {
            let condition = parser.pairs(1)?;
            if !parser.skip("?") {
                return Ok(condition);
            }
            let then = parser.pairs(1)?;
            parser.expect(":")?;
            let otherwise = parser.choose()?;
            Self::tree(condition.at, Node::Choose(Box::new(condition), Box::new(then), Box::new(otherwise)))
        })
    }

    fn operator(&self) -> Option<Operator> {
        let sign = match self.peek().1 {
            Token::Sign(sign) => sign,
            Token::Name(name) => name.as_str(),
            _ => return None,
        };
        Operator::ALL.iter().find(|(_, one, _)| *one == sign).map(|(operator, ..)| *operator)
    }

    /// Operators that bind at least as tightly as `least`; equal ones from the left.
    fn pairs(&mut self, least: u8) -> Result<Tree, Fault> {
        let mut left = self.unary()?;
        while let Some(operator) = self.operator().filter(|operator| operator.binds() >= least) {
            self.next += 1;
            let right = self.deeper(|parser| parser.pairs(operator.binds() + 1))?;
            left = Self::tree(left.at, Node::Pair(operator, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Tree, Fault> {
        let at = self.peek().0;
        if self.skip("!") {
            let inner = self.deeper(Parser::unary)?;
            return Self::tree(at, Node::Not(Box::new(inner)));
        }
        if self.skip("-") {
            let inner = self.deeper(Parser::unary)?;
            return Self::tree(at, Node::Negative(Box::new(inner)));
        }
        self.member()
    }

    fn member(&mut self) -> Result<Tree, Fault> {
        let mut tree = self.primary()?;
        loop {
            let at = tree.at;
            if self.skip("[") {
                let index = self.choose()?;
                self.expect("]")?;
                tree = Self::tree(at, Node::At(Box::new(tree), Box::new(index)))?;
            } else if self.skip(".") {
                let name = self.name("a column or a method")?;
                tree = if self.skip("(") { self.method(tree, &name)? } else { Self::column(tree, name)? };
            } else {
                return Ok(tree);
            }
        }
    }

    fn column(tree: Tree, name: String) -> Result<Tree, Fault> {
        let at = tree.at;
        let node = match tree.node {
            Node::Name(first) if first == "thresholds" => Node::Threshold(name),
            node => Node::Column(Box::new(Tree { node, ..tree }), name),
        };
        Self::tree(at, node)
    }

    fn method(&mut self, tree: Tree, name: &str) -> Result<Tree, Fault> {
        let at = tree.at;
        if let Some((each, _)) = Each::ALL.iter().find(|(_, one)| *one == name) {
            let own_at = self.peek().0;
            let own = self.name("a name for one row")?;
            if RESERVED.contains(&own.as_str()) {
                return Err(Fault::new(
                    own_at,
                    "expression_syntax",
                    format!("{own} is a word of the language"),
                    "Name the row something else, for example row.",
                ));
            }
            self.expect(",")?;
            let body = self.choose()?;
            self.expect(")")?;
            return Self::tree(at, Node::Each(*each, Box::new(tree), own, Box::new(body)));
        }
        match name {
            "size" => {
                self.expect(")")?;
                Self::tree(at, Node::Call(Function::Size, vec![tree]))
            }
            "contains" => {
                let wanted = self.choose()?;
                self.expect(")")?;
                Self::tree(at, Node::Contains(Box::new(tree), Box::new(wanted)))
            }
            _ => Err(Fault::new(
                at,
                "unknown_function",
                format!("there is no method .{name}()"),
                "Known methods: .filter, .exists, .all, .map, .size, .contains.",
            )),
        }
    }

    fn name(&mut self, wanted: &str) -> Result<String, Fault> {
        match self.take() {
            (_, Token::Name(name)) => Ok(name),
            (at, token) => Err(unexpected(at, &token, wanted)),
        }
    }

    fn primary(&mut self) -> Result<Tree, Fault> {
        let (at, token) = self.take();
        let node = match token {
            Token::Number(number) => Node::Number(number),
            Token::Text(text) => Node::Text(text),
            Token::Sign("(") => {
                let inner = self.choose()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Sign("[") => Node::List(self.arguments("]")?),
            Token::Name(name) => match name.as_str() {
                "true" => Node::Bool(true),
                "false" => Node::Bool(false),
                "in" => return Err(unexpected(at, &Token::Name(name), "a value")),
                _ if self.skip("(") => self.call(at, &name)?,
                _ => Node::Name(name),
            },
            token => return Err(unexpected(at, &token, "a value")),
        };
        Self::tree(at, node)
    }

    fn arguments(&mut self, end: &str) -> Result<Vec<Tree>, Fault> {
        let mut all = Vec::new();
        if self.skip(end) {
            return Ok(all);
        }
        loop {
            all.push(self.choose()?);
            if !self.skip(",") {
                self.expect(end)?;
                return Ok(all);
            }
        }
    }

    fn call(&mut self, at: usize, name: &str) -> Result<Node, Fault> {
        if let Some((function, _)) = Function::ALL.iter().find(|(_, one)| *one == name) {
            return Ok(Node::Call(*function, self.arguments(")")?));
        }
        let mut arguments = self.arguments(")")?;
        match (name, arguments.pop(), arguments.is_empty()) {
            ("has", Some(tree), true) if matches!(tree.node, Node::Name(_) | Node::Column(..)) => {
                Ok(Node::Has(Box::new(tree)))
            }
            ("has", ..) => Err(Fault::new(
                at,
                "expression_syntax",
                "has() takes one field or one column of a row",
                "Write has(field) or has(row.column).",
            )),
            ("date", Some(Tree { node: Node::Text(text), .. }), true) => {
                let day = crate::forms::answer::day(&text);
                day.map(Node::Date).ok_or_else(|| not_a_date(at))
            }
            ("date", ..) => Err(not_a_date(at)),
            _ => Err(Fault::new(
                at,
                "unknown_function",
                format!("there is no function {name}()"),
                "Known functions: sum, mean, min, max, count, distinct, size, has, date.",
            )),
        }
    }
}

fn not_a_date(at: usize) -> Fault {
    Fault::new(at, "expression_syntax", "date() takes one existing day", "Write date('2026-01-31').")
}
