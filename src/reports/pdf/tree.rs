//! The tag tree: what each thing on the page is, in reading order.
//!
//! Invariant: an element is made where its block is laid out, so the tree follows the report's order whatever the pages
//! do; what is drawn for it is added as it is drawn.

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Document,
    Division,
    /// 1–6.
    Heading(u8),
    Paragraph,
    Span,
    List,
    Item,
    ItemLabel,
    ItemBody,
    Table,
    Caption,
    TableHead,
    TableBody,
    Row,
    ColumnHead,
    RowHead,
    Data,
    Figure,
    Contents,
    ContentsItem,
    Link,
}

impl Role {
    /// The standard structure type.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Role::Document => "Document",
            Role::Division => "Div",
            Role::Heading(1) => "H1",
            Role::Heading(2) => "H2",
            Role::Heading(3) => "H3",
            Role::Heading(4) => "H4",
            Role::Heading(5) => "H5",
            Role::Heading(_) => "H6",
            Role::Paragraph => "P",
            Role::Span => "Span",
            Role::List => "L",
            Role::Item => "LI",
            Role::ItemLabel => "Lbl",
            Role::ItemBody => "LBody",
            Role::Table => "Table",
            Role::Caption => "Caption",
            Role::TableHead => "THead",
            Role::TableBody => "TBody",
            Role::Row => "TR",
            Role::ColumnHead | Role::RowHead => "TH",
            Role::Data => "TD",
            Role::Figure => "Figure",
            Role::Contents => "TOC",
            Role::ContentsItem => "TOCI",
            Role::Link => "Link",
        }
    }
}

/// An element's number in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element(pub(super) usize);

/// What an element holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Child {
    /// Another element.
    Element(Element),
    /// Something drawn: the page's index and its number on that page.
    Content { page: usize, number: i64 },
    /// A link's area on a page, by its index.
    Link(usize),
}

/// One element.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) role: Role,
    /// None for the root.
    pub(super) parent: Option<Element>,
    pub(super) children: Vec<Child>,
    /// What a picture shows, in words.
    pub(super) alternative: Option<String>,
    /// The place and size of a picture: page, and left, foot, right, top in points.
    pub(super) bounds: Option<[f32; 4]>,
}

/// The whole tree; the first node is the document.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
}

impl Tree {
    /// The document itself.
    pub(super) const ROOT: Element = Element(0);

    pub(super) fn new() -> Tree {
        let root = Node {
            role: Role::Document,
            parent: None,
            children: Vec::new(),
            alternative: None,
            bounds: None,
        };
        Tree { nodes: vec![root] }
    }

    /// A new element as the last child of `parent`.
    pub(super) fn add(&mut self, parent: Element, role: Role) -> Element {
        let element = Element(self.nodes.len());
        self.nodes.push(Node {
            role,
            parent: Some(parent),
            children: Vec::new(),
            alternative: None,
            bounds: None,
        });
        self.hold(parent, Child::Element(element));
        element
    }

    /// Puts a child last in an element.
    pub(super) fn hold(&mut self, element: Element, child: Child) {
        if let Some(node) = self.nodes.get_mut(element.0) {
            node.children.push(child);
        }
    }

    /// Says in words what a picture shows.
    pub(super) fn describe(&mut self, element: Element, words: &str) {
        if let Some(node) = self.nodes.get_mut(element.0) {
            node.alternative = Some(words.to_owned());
        }
    }

    pub(super) fn bound(&mut self, element: Element, bounds: [f32; 4]) {
        if let Some(node) = self.nodes.get_mut(element.0) {
            node.bounds = Some(bounds);
        }
    }

    pub(super) fn role(&self, element: Element) -> Role {
        self.nodes.get(element.0).map_or(Role::Document, |node| node.role)
    }
}
