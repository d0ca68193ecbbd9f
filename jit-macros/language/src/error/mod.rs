//! Collecting the mistakes of one invocation and turning them into compile errors at the right tokens.
//!
//! Every phase reports into one [`Context`] and goes on, so that the author sees everything that is wrong at once. A
//! context that is dropped without having been asked for its findings is a bug of ours and panics: silence would look
//! like success. What a finding says is decided where it is found; here it only gets its shape: what, notes that name
//! the other party with file and line, an example, a help line.

mod code;
mod names;
#[cfg(test)]
mod page;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

pub use code::Code;
pub use names::{again, duplicate, found, is_new, nearest, unknown};

impl Code {
    /// Whether this is a warning, which can be allowed, rather than an error.
    pub fn is_lint(self) -> bool {
        self == Code::MissingDocumentation
    }
}

/// A stretch of tokens: from the first to the last.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The span of the first token.
    pub first: Span,
    /// The span of the last token.
    pub last: Span,
}

impl Region {
    /// All of `tokens`; the place of the invocation if there are none.
    pub fn of(tokens: &impl ToTokens) -> Region {
        let mut spans = tokens
            .to_token_stream()
            .into_iter()
            .map(|token| token.span());
        let first = spans.next().unwrap_or_else(Span::call_site);
        Region {
            first,
            last: spans.last().unwrap_or(first),
        }
    }

    /// What the parser of syn stumbled over. It keeps both ends, and shows them in the tokens of its own error only.
    pub fn of_error(error: &syn::Error) -> Region {
        Region::of(&error.to_compile_error())
    }

    /// From the beginning of `self` to the end of `other`.
    pub fn to(self, other: impl Into<Region>) -> Region {
        Region {
            first: self.first,
            last: other.into().last,
        }
    }

    /// Whether both are the same stretch of the same file.
    pub fn is_at(self, other: Region) -> bool {
        let ends = |region: Region| (region.first.start(), region.last.end());
        self.first.file() == other.first.file() && ends(self) == ends(other)
    }

    /// Whether all of `other` lies in it.
    pub fn contains(self, other: Region) -> bool {
        let at = |span: Span| (span.file(), span.start());
        let end = |span: Span| (span.file(), span.end());
        at(self.first) <= at(other.first) && end(other.last) <= end(self.last)
    }

    /// Where it begins, as `file:line`, for messages about something else.
    pub fn place(self) -> String {
        place(self.first)
    }
}

impl From<Span> for Region {
    fn from(span: Span) -> Region {
        Region {
            first: span,
            last: span,
        }
    }
}

/// The file and line of a span, as `file:line`.
pub fn place(span: Span) -> String {
    format!("{}:{}", file(span), span.start().line)
}

/// The file of a span, without the detours of `#[path]`; that of [`source`](crate::source) if it was read there.
pub fn file(span: Span) -> String {
    let file = span.file();
    let file = crate::source::file_of(&file).unwrap_or(file);
    let mut parts: Vec<&str> = Vec::new();
    for part in file.split('/') {
        match (part, parts.last()) {
            ("..", Some(last)) if !matches!(*last, "" | "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// One mistake.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// Every place to mark; the same text appears at each.
    pub regions: Vec<Region>,
    /// What is wrong: one line, naming the items concerned.
    pub message: String,
    /// Other parties, each with its `file:line`.
    pub notes: Vec<String>,
    /// An input that shows the mistake.
    pub example: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake at one place.
    pub fn new(code: Code, region: impl Into<Region>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            regions: vec![region.into()],
            message: message.into(),
            notes: Vec::new(),
            example: None,
            help: None,
        }
    }

    /// Marks another place too, unless it is marked already: what comes from one family stands at one place.
    pub fn also_at(mut self, region: impl Into<Region>) -> Diagnostic {
        let region = region.into();
        if !self.regions.iter().any(|marked| marked.is_at(region)) {
            self.regions.push(region);
        }
        self
    }

    /// Adds a note.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Names the other party: `note: WHAT is declared at FILE:LINE`.
    pub fn declared(self, what: impl std::fmt::Display, region: impl Into<Region>) -> Diagnostic {
        let place = region.into().place();
        self.note(format!("{what} is declared at {place}"))
    }

    /// Shows an input.
    pub fn example(mut self, example: impl Into<String>) -> Diagnostic {
        self.example = Some(example.into());
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Says what to do, if there is something to say.
    pub fn maybe_help(mut self, help: Option<String>) -> Diagnostic {
        self.help = help.or(self.help);
        self
    }

    /// Whether `other` says the same of the same places.
    pub fn says(&self, other: &Diagnostic) -> bool {
        let pairs = || self.regions.iter().zip(&other.regions);
        self.code == other.code
            && self.message == other.message
            && self.regions.len() == other.regions.len()
            && pairs().all(|(one, another)| one.is_at(*another))
    }

    /// The whole text, as the compiler prints it behind `error: `.
    pub fn text(&self) -> String {
        let mut text = format!("{} [{}]", self.message, self.code.name());
        for note in &self.notes {
            text.push_str(&format!("\n  note: {note}"));
        }
        if let Some(example) = &self.example {
            text.push_str(&format!("\n  example: {example}"));
        }
        if let Some(help) = &self.help {
            text.push_str(&format!("\n  help: {help}"));
        }
        text
    }

    /// One error or warning per region, which the compiler underlines from the first token to the last.
    fn to_tokens(&self) -> TokenStream {
        let text = self.text();
        let one = |region: &Region| match self.code.is_lint() {
            true => warning(*region, &text),
            false => compile_error(*region, &text),
        };
        self.regions.iter().flat_map(one).collect()
    }
}

/// Macros cannot warn; the use of something deprecated, made up for the purpose, can.
fn warning(region: Region, text: &str) -> TokenStream {
    quote_spanned! {region.first=>
        const _: () = {
            #[deprecated(note = #text)]
            const UNDOCUMENTED: () = ();
            UNDOCUMENTED
        };
    }
}

fn compile_error(region: Region, text: &str) -> TokenStream {
    let mut tokens = quote_spanned!(region.first=> ::core::compile_error);
    let mut bang = Punct::new('!', Spacing::Alone);
    bang.set_span(region.first);
    let mut literal = Literal::string(text);
    literal.set_span(region.last);
    let mut group = Group::new(Delimiter::Brace, TokenTree::from(literal).into());
    group.set_span(region.last);
    tokens.extend([TokenTree::from(bang), group.into()]);
    tokens
}

/// The findings of one invocation.
#[derive(Debug)]
pub struct Context {
    findings: RefCell<Option<Vec<Diagnostic>>>,
    /// How many errors were found, those included that are said already.
    errors: Cell<usize>,
    /// The names in statements that could not be read.
    unread: RefCell<BTreeSet<String>>,
}

impl Default for Context {
    fn default() -> Context {
        Context {
            findings: RefCell::new(Some(Vec::new())),
            errors: Cell::default(),
            unread: RefCell::default(),
        }
    }
}

impl Context {
    /// Nothing found yet.
    pub fn new() -> Context {
        Context::default()
    }

    /// Adds a finding. What is said already is not said again: the body of a family is read once for each of its rows.
    pub fn report(&self, diagnostic: Diagnostic) {
        if !diagnostic.code.is_lint() {
            self.errors.set(self.errors.get() + 1);
        }
        if let Some(findings) = self.findings.borrow_mut().as_mut()
            && !findings.iter().any(|found| found.says(&diagnostic))
        {
            findings.push(diagnostic);
        }
    }

    /// Adds a finding that needs no more than a place and a sentence.
    pub fn error(&self, code: Code, region: impl Into<Region>, message: impl Into<String>) {
        self.report(Diagnostic::new(code, region, message));
    }

    /// Adds what the parser of syn stumbled over, and what to write.
    pub fn syntax(&self, error: &syn::Error, help: impl Into<String>) {
        let help = help.into();
        for error in error.clone() {
            let region = Region::of_error(&error);
            let finding = Diagnostic::new(Code::Syntax, region, error.to_string());
            self.report(finding.help(help.clone()));
        }
    }

    /// Adds what the parser stumbled over in `statement`, which is left out. Nothing is said about names for being
    /// unknown that occur in it: it may be what declares them.
    pub fn unread(&self, error: &syn::Error, statement: &TokenStream, help: impl Into<String>) {
        self.syntax(error, help);
        self.leave_out(statement);
    }

    fn leave_out(&self, statement: &TokenStream) {
        for token in statement.clone() {
            match token {
                TokenTree::Ident(name) => {
                    self.unread.borrow_mut().insert(name.to_string());
                }
                TokenTree::Group(group) => self.leave_out(&group.stream()),
                _ => {}
            }
        }
    }

    /// Whether `name` occurs in something that could not be read.
    pub fn is_unread(&self, name: &impl ToString) -> bool {
        self.unread.borrow().contains(&name.to_string())
    }

    /// Whether something that could not be read has a word like this one.
    pub fn is_unread_like(&self, word: &str) -> bool {
        let unread = self.unread.borrow();
        nearest(word, unread.iter().map(String::as_str)).is_some()
    }

    /// Whether there are errors.
    pub fn has_errors(&self) -> bool {
        self.count() > 0
    }

    /// How many errors were found, for phases that go on only if they added none.
    pub fn count(&self) -> usize {
        self.errors.get()
    }

    /// Ends the collection and hands over what was found.
    pub fn take(self) -> Vec<Diagnostic> {
        self.findings.borrow_mut().take().unwrap_or_default()
    }

    /// Ends the collection and hands over what was found as compile errors.
    pub fn finish(self) -> TokenStream {
        self.take().iter().flat_map(Diagnostic::to_tokens).collect()
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.findings.borrow().is_some() {
            panic!("the findings of an invocation were never looked at");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding() -> Diagnostic {
        Diagnostic::new(
            Code::Overlap,
            Span::call_site(),
            "rules `a` and `b` overlap",
        )
        .note("`b` is at rules.rs:3")
        .example("Add(x1, 7)")
        .help("add `prefer a over b`")
    }

    #[test]
    fn text_has_all_parts_in_order() {
        assert_eq!(
            finding().text(),
            "rules `a` and `b` overlap [JL010]\n  note: `b` is at rules.rs:3\n  example: Add(x1, 7)\n  help: add `prefer a over b`"
        );
    }

    #[test]
    fn every_region_gets_an_error() {
        let elsewhere: TokenStream = "a b".parse().expect("tokens");
        let context = Context::new();
        let elsewhere = Region::of(&elsewhere);
        context.report(finding().also_at(elsewhere).also_at(elsewhere));
        assert!(context.has_errors());
        let errors = context.finish().to_string();
        assert_eq!(errors.matches("compile_error").count(), 2);
    }

    #[test]
    #[should_panic(expected = "never looked at")]
    fn dropping_findings_panics() {
        drop(Context::new());
    }
}
