//! The statements in the body of a strategy.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{LitInt, LitStr, Token, braced, parenthesized};

use super::clause;
use crate::error::{Code, Context, Diagnostic, Region, again, found, is_new, unknown};
use crate::model::calls::{
    Clobber, ConstantUse, Feature, Part, Place, Pool, Retarget, RetargetHow, Scope, SizeFormula,
    StrategyLink, Stub, Threshold,
};
use crate::model::isa::{Bank, Isa};
use crate::model::template::Directive;
use crate::parse::{expected_one_of, grammar, keyword, parse_all, template, word};

/// What the statements said so far.
pub(super) struct Statements<'a> {
    isa: &'a Isa,
    context: &'a Context,
    /// The words of those that have been read: each stands once.
    read: Vec<Ident>,
    pub feature: Option<Feature>,
    pub site: Option<Part>,
    pub stub: Option<Stub>,
    pub pool: Option<Pool>,
    pub links: Vec<StrategyLink>,
    pub clobbers: Vec<Clobber>,
    pub retarget: Option<Retarget>,
    pub threshold: Option<Threshold>,
    pub singleton: Option<Ident>,
    pub size: Option<SizeFormula>,
    pub otherwise: Option<Ident>,
}

impl<'a> Statements<'a> {
    pub fn new(isa: &'a Isa, context: &'a Context) -> Self {
        Self {
            isa,
            context,
            read: Vec::new(),
            feature: None,
            site: None,
            stub: None,
            pool: None,
            links: Vec::new(),
            clobbers: Vec::new(),
            retarget: None,
            threshold: None,
            singleton: None,
            size: None,
            otherwise: None,
        }
    }

    /// Reads one statement.
    pub fn read(&mut self, input: ParseStream) -> syn::Result<()> {
        let statement = word(input)?;
        if let Some(first) = self.read.iter().find(|first| **first == statement) {
            let what = format!("a `{statement}`");
            self.context
                .report(again(&what, statement.span(), first.span()));
            input.parse::<TokenStream>()?;
            return Ok(());
        }
        self.read.push(statement.clone());
        match statement.to_string().as_str() {
            "site" => {
                self.site = Some(self.part(input)?);
                return Ok(());
            }
            "links" => return self.read_links(input),
            "feature" => self.feature = Some(feature(input)?),
            "stub" => self.stub = Some(self.read_stub(input)?),
            "pool" => self.pool = Some(self.read_pool(input, &statement)?),
            "clobbers" => self.read_clobbers(input)?,
            "retarget" => self.retarget = Some(self.read_retarget(input, &statement)?),
            "threshold" => self.threshold = Some(read_threshold(input, &statement)?),
            "singleton" => self.singleton = Some(input.parse()?),
            "size" => self.size = Some(self.read_size(input)?),
            "otherwise" => self.otherwise = Some(input.parse()?),
            _ => return Err(grammar::unknown_word(&statement, grammar::STRATEGY)),
        }
        input.parse::<Token![;]>()?;
        Ok(())
    }

    /// `{ ; lines }`
    fn part(&self, input: ParseStream) -> syn::Result<Part> {
        let lines;
        let braces = braced!(lines in input);
        let place = Region::from(braces.span.open()).to(braces.span.close());
        let template = template::parse(lines.parse()?, place, self.isa, &["use"], self.context);
        let constants = template
            .directives()
            .filter_map(
                |directive| match parse_all(directive.tokens.clone(), constant_use) {
                    Ok(register) => self.constant(directive, &register),
                    Err(error) => {
                        let help = "write `use mov_imm64(x16, target)`";
                        self.context.syntax(&error, help);
                        None
                    }
                },
            )
            .collect();
        Ok(Part {
            template,
            constants,
        })
    }

    fn constant(&self, directive: &Directive, name: &Ident) -> Option<ConstantUse> {
        let register = clause::register(name, self.context)?;
        if register.bank() != Bank::General {
            let message =
                format!("an address is built in a general register, and `{name}` is none");
            let finding = Diagnostic::new(Code::WrongFamily, name.span(), message);
            self.context.report(finding.help("write `x16` or `x17`"));
            return None;
        }
        Some(ConstantUse {
            register,
            region: directive.region,
        })
    }

    /// `{ … } align 8, one per (function, target)`
    fn read_stub(&self, input: ParseStream) -> syn::Result<Stub> {
        let part = self.part(input)?;
        let (align, scope) = sharing(input)?;
        Ok(Stub { part, align, scope })
    }

    /// `entry: u64 = target, align 8, one per (function, target)`
    fn read_pool(&self, input: ParseStream, word: &Ident) -> syn::Result<Pool> {
        let name: Ident = input.parse()?;
        if ["site", "stub", "target", "page", "offset"]
            .iter()
            .any(|word| name == word)
        {
            let message = format!("`{name}` is something else in every strategy");
            let finding = Diagnostic::new(Code::DuplicateName, name.span(), message);
            self.context
                .report(finding.help("give the literal another name, such as `entry`"));
        }
        input.parse::<Token![:]>()?;
        keyword(input, "u64")?;
        input.parse::<Token![=]>()?;
        keyword(input, "target")?;
        input.parse::<Token![,]>()?;
        let (align, scope) = sharing(input)?;
        Ok(Pool {
            region: Region::from(word.span()).to(name.span()),
            name,
            align,
            scope,
        })
    }

    /// `{ site -> stub: Branch26, stub -> entry: Literal19 }`
    fn read_links(&mut self, input: ParseStream) -> syn::Result<()> {
        let list;
        braced!(list in input);
        while !list.is_empty() {
            let from: Ident = list.parse()?;
            list.parse::<Token![->]>()?;
            let to: Ident = list.parse()?;
            list.parse::<Token![:]>()?;
            let link: Ident = list.parse()?;
            let region = Region::from(from.span()).to(link.span());
            let links = self.isa.links.iter().map(|link| &link.name);
            let id = self.isa.link(&link.to_string());
            let id = found(id, "link", &link, links, self.context);
            let places = (self.place(&from), self.place(&to), id);
            if let (Some(from), Some(to), Some(link)) = places {
                let is_it = |it: &&StrategyLink| (it.from, it.to, it.link) == (from, to, link);
                if let Some(first) = self.links.iter().find(is_it) {
                    self.context
                        .report(again("this link", region, first.region));
                    continue_list(&list)?;
                    continue;
                }
                self.links.push(StrategyLink {
                    from,
                    to,
                    link,
                    region,
                });
            }
            continue_list(&list)?;
        }
        Ok(())
    }

    /// `site`, `stub`, `target`, `page`, or the name of the literal.
    fn place(&self, name: &Ident) -> Option<Place> {
        match name.to_string().as_str() {
            "site" => Some(Place::Site),
            "stub" => Some(Place::Stub),
            "target" => Some(Place::Target),
            "page" => Some(Place::Page),
            text => {
                let pool = self.pool.as_ref().map(|pool| pool.name.to_string());
                if pool.as_deref() == Some(text) {
                    return Some(Place::Pool);
                }
                let known = ["site", "stub", "target", "page"]
                    .into_iter()
                    .chain(pool.as_deref());
                if !self.context.is_unread(name) {
                    self.context
                        .report(unknown("part of the strategy", name, known));
                }
                None
            }
        }
    }

    fn read_clobbers(&mut self, input: ParseStream) -> syn::Result<()> {
        loop {
            let name: Ident = input.parse()?;
            let register = match name == "flags" {
                true => Some(None),
                false => clause::register(&name, self.context).map(Some),
            };
            if let Some(register) = register {
                clause::add(&mut self.clobbers, register, &name, self.context);
            }
            if !input.peek(Token![,]) {
                return Ok(());
            }
            input.parse::<Token![,]>()?;
        }
    }

    /// `by store(entry)`, `by rewrite(site)`, `never`
    fn read_retarget(&self, input: ParseStream, word: &Ident) -> syn::Result<Retarget> {
        let first: Ident = input.parse()?;
        if first == "never" {
            let region = Region::from(word.span()).to(first.span());
            return Ok(Retarget {
                how: RetargetHow::Never,
                region,
            });
        }
        if first != "by" {
            return Err(super::super::expected_one_of(&first, &["by", "never"]));
        }
        let how: Ident = input.parse()?;
        let what;
        let parens = parenthesized!(what in input);
        let what: Ident = what.parse()?;
        let region = Region::from(word.span()).to(parens.span.close());
        let words = ["store", "rewrite"];
        if !words.iter().any(|word| how == word) {
            return Err(expected_one_of(&how, &words));
        }
        let how = match (how.to_string().as_str(), self.place(&what)) {
            ("store", Some(Place::Pool)) => RetargetHow::Store,
            ("rewrite", Some(Place::Site)) => RetargetHow::Rewrite,
            // That has been said.
            ("store" | "rewrite", None) => RetargetHow::Never,
            _ => {
                return Err(syn::Error::new(
                    how.span(),
                    "expected `by store(literal)`, `by rewrite(site)` or `never`",
                ));
            }
        };
        Ok(Retarget { how, region })
    }

    /// `|sites, targets| formula`
    fn read_size(&self, input: ParseStream) -> syn::Result<SizeFormula> {
        let start: Token![|] = input.parse()?;
        let mut names = Vec::new();
        while !input.peek(Token![|]) {
            let name: Ident = input.parse()?;
            if !SizeFormula::NAMES.iter().any(|known| name == *known) {
                let known = SizeFormula::NAMES;
                self.context
                    .report(unknown("variable of a size formula", &name, known));
            }
            is_new("variable", &name, &names, self.context);
            names.push(name);
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            }
        }
        input.parse::<Token![|]>()?;
        let formula: syn::Expr = input.parse()?;
        Ok(SizeFormula {
            names,
            region: Region::from(start.span).to(Region::of(&formula)),
            formula,
        })
    }
}

/// `mov_imm64(x16, target)`
fn constant_use(input: ParseStream) -> syn::Result<Ident> {
    keyword(input, "mov_imm64")?;
    let arguments;
    parenthesized!(arguments in input);
    let register = arguments.parse()?;
    arguments.parse::<Token![,]>()?;
    keyword(&arguments, "target")?;
    Ok(register)
}

/// `"call-mov-blr"`
pub(super) fn feature(input: ParseStream) -> syn::Result<Feature> {
    let name: LitStr = input.parse()?;
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_-+".contains(letter);
    if name.value().is_empty() || !name.value().chars().all(is_part) {
        let message = format!(
            "expected the name of a cargo feature, found {:?}",
            name.value()
        );
        return Err(syn::Error::new(name.span(), message));
    }
    Ok(Feature { name: name.value() })
}

/// The comma in front of another item of a list, if there is another.
fn continue_list(list: ParseStream) -> syn::Result<()> {
    if !list.is_empty() {
        list.parse::<Token![,]>()?;
    }
    Ok(())
}

/// `align 8, one per (function, target)`
fn sharing(input: ParseStream) -> syn::Result<((u32, Region), Scope)> {
    keyword(input, "align")?;
    let align: LitInt = input.parse()?;
    input.parse::<Token![,]>()?;
    keyword(input, "one")?;
    keyword(input, "per")?;
    let key;
    parenthesized!(key in input);
    let scope = word(&key)?;
    key.parse::<Token![,]>()?;
    keyword(&key, "target")?;
    let scope = match scope.to_string().as_str() {
        "function" => Scope::Function,
        "arena" => Scope::Arena,
        _ => {
            return Err(syn::Error::new(
                scope.span(),
                "expected `function` or `arena`",
            ));
        }
    };
    let bytes: u32 = align.base10_parse()?;
    if !bytes.is_power_of_two() || bytes > 4096 {
        let message = format!("expected a power of two up to 4096, found `{align}`");
        return Err(syn::Error::new(align.span(), message));
    }
    Ok(((bytes, align.span().into()), scope))
}

/// `sites >= 3, env "…"`
fn read_threshold(input: ParseStream, word: &Ident) -> syn::Result<Threshold> {
    keyword(input, "sites")?;
    input.parse::<Token![>=]>()?;
    let sites: LitInt = input.parse()?;
    let mut region = Region::from(word.span()).to(sites.span());
    let variable = if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        keyword(input, "env")?;
        let variable: LitStr = input.parse()?;
        region = region.to(variable.span());
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if variable.value().is_empty() || !variable.value().chars().all(is_part) {
            let found = variable.value();
            let message = format!("expected the name of an environment variable, found {found:?}");
            return Err(syn::Error::new(variable.span(), message));
        }
        Some(variable.value())
    } else {
        None
    };
    let least: u32 = sites.base10_parse()?;
    if least < 2 {
        let message = format!("expected 2 sites or more, found `{sites}`: every target has one");
        return Err(syn::Error::new(sites.span(), message));
    }
    Ok(Threshold {
        sites: least,
        variable,
        region,
    })
}
