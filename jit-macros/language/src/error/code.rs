//! Every mistake the macros can find, in one table: the code, its title, and what it means at length.
//!
//! Messages and the page of codes in the documentation, which `cargo xtask explain` reads, come from the same table, so a
//! code without an explanation cannot exist. The macros themselves print codes only; the tests crate includes this file.
//! The messages of single findings are not here: they name the items concerned and are written where they are found.

macro_rules! codes {
    ($($name:ident $variant:ident $title:literal $explanation:literal)*) => {
        /// The kind of a mistake.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The code as printed, `JL001` for one.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => stringify!($name),)* }
            }

            /// What is wrong, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)* }
            }

            /// What it means, why it is refused, and what to do about it.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$variant => $explanation,)* }
            }
        }
    };
}

codes! {
    JL000 Syntax "not the syntax of the language"
        "The text is not what the grammar allows at this place; the message says what would be. Reading goes on behind \
         the next `;` or `}`, so that other mistakes of the same invocation are reported too."
    JL001 UnknownName "unknown name"
        "No operation, operand kind, register, link, rule or strategy has this name. The message gives the nearest name \
         that exists. Names are those of the `isa!` and `ops!` declarations in the header of the invocation."
    JL002 WrongOperandCount "wrong number of operands, or a result missing or too many"
        "A pattern names every operand of its operation, in the order of declaration, and a result exactly if the \
         operation yields one. A meaning names every operand of its forms."
    JL003 WrongKind "operand kind does not fit the operand"
        "The kind accepts something that the operand can never be: a floating-point register for an integer, an \
         immediate where only registers arrive, an unsigned range for a signed value."
    JL010 Overlap "two rules accept the same input and no order is declared"
        "If one rule accepts strictly less than another it wins by itself. Otherwise somebody has to decide: add \
         `prefer a over b`. The example is an input that both accept."
    JL011 DeadRule "rule can never be chosen"
        "Another rule accepts everything that this one accepts and is preferred to it. Remove the rule, narrow the other \
         one, or turn the preference round."
    JL012 CollectivelyDeadRule "rule can never be chosen, because of several others together"
        "No single rule accepts everything that this one accepts, but several preferred ones do between them. The \
         message names the share of each."
    JL013 EmptyPattern "rule can match nothing, or a condition excludes nothing"
        "The conditions contradict each other or the operand kind, so that no input satisfies all of them. Or one of them \
         holds for everything that the kinds and the other conditions accept, so that the rule would accept the same \
         without it; the condition of a family may do so in some of its rows."
    JL014 BadPreference "`prefer` or `impossible` is not needed, or `prefer` runs in a circle"
        "Preferences must not run in a circle, and each must settle something: between rules that accept no common \
         input, or where one accepts strictly less than the other, the line says nothing and is refused. So is an \
         `impossible` line without which the same rules would be chosen, and every total operation be covered."
    JL015 TooEntangled "rules overlap in too many ways to be compared"
        "Which rule is tried first, which can never be chosen and what none accepts is computed exactly, by trying how the \
         ranges of the rules divide what may arrive. A commutative operation in a pattern doubles the orders to be tried, and \
         ranges of several operands that cut across each other multiply. Rules that are beyond counting are refused."
    JL020 NotCovered "operation is not covered"
        "Every input of a total operation must be accepted by some rule. The example is one that is not. Add a rule for \
         it, usually one on plain registers, or declare the case `impossible`."
    JL021 NotLowered "operation has no rule and is not listed"
        "Every operation of the dialect is either total, partial or listed as unlowered by exactly one rule set."
    JL022 NotOurs "belongs to another crate's declaration"
        "What a crate declares is settled there. Rules for its operations would change what the functions of everybody \
         become, and in which order rules of two crates are tried would be nobody's decision. A crate of its own adds \
         operations and rules for these; operations of the dialect that it extends may be folded into them by nested \
         patterns. Types of values, registers and conventions cannot be added either, for allocation is built on them; and \
         routines that its rules call are those that the arena has."
    JL030 UnboundOrUnused "template names something unbound, or an operand is never used"
        "Everything a template names is bound by the pattern, a `let`, a `temp` or a `pool`, and everything bound is \
         used. An operand that does not matter is written `_`. What a `let` of a meaning or of a right side binds is used \
         too, and so is the value of an operation that does nothing else."
    JL031 NeverWritten "result is never written, or a temporary is read before it is written"
        "The allocator hands out a register whose content is undefined; the template must write it first."
    JL032 OverwrittenSource "source may have been overwritten by the result"
        "The allocator may give result and source the same register. A source read after the result was written would \
         then be read too late: mark the result `early`, or reorder the lines. Where no source is read after the result is \
         written, `early` would cost a register for nothing."
    JL033 UndeclaredClobber "register is written and not declared"
        "A template writes results, temporaries and declared clobbers, nothing else: values of the program live in the \
         other registers."
    JL034 BadClobber "clobber is never written, or not permitted here"
        "Code between a call site and its target may only change x16, x17, the link register and the flags; every other \
         register carries arguments or values that must be preserved. And a clobber that nothing writes costs for nothing."
    JL035 FlagsWritten "flags are written where they must be kept"
        "The rule or operation says `keeps flags`, and the instruction writes them. Use the form that does not."
    JL036 WrongFamily "register in the wrong family"
        "The instruction takes another kind of register here. Code 31 is the zero register in one family and the stack \
         pointer in another, so an operand that may be code 31 fits one of them only."
    JL037 WrongWidth "register width differs from the value's"
        "`W` reads the lower half of a register and zeroes the upper half when it writes. A value of 64 bits must be \
         used through `X`, unless the operation is one that narrows, or the rule says `narrow`. Where no line drops bits, \
         `narrow` says nothing."
    JL038 ReservedRegister "reserved register"
        "This register is kept for the platform, the stack or the frame, as its declaration says."
    JL040 LiteralOutOfRange "literal cannot be encoded"
        "The field of the instruction does not hold this number."
    JL041 ImmediateOutOfRange "immediate may exceed its field"
        "The operand may take values that the field of the instruction does not hold. Narrow its kind or add a condition, \
         so that the remaining values go to another rule. Where the numbers of an instruction have to add up to a limit \
         (`within` in `isa!`), so do the greatest that are possible."
    JL042 ImmediateNotScaled "immediate may not be a multiple of the field's scale"
        "The field holds multiples only (of 8 for a 64-bit load). Use the kind that has the same stride."
    JL050 WrongSize "declared size differs from the real one"
        "Every line of a template is one instruction of four bytes, so the size is known; the declaration states it to \
         be checked, and must be right."
    JL051 SizeNotDeclared "sequence of variable size without a declared range"
        "A rule that uses a sequence whose size depends on its operands declares `bytes least..=most`."
    JL060 BadLabel "label is defined twice, never, or outside of the template"
        "Labels belong to their template: `name:` defines, `>name` looks ahead, `<name` looks back."
    JL061 BadLink "link cannot reach, or is not declared"
        "Each reference from one part to another is declared with the link of the instruction that makes it; the reach \
         follows from that instruction."
    JL062 WrongFormula "size formula does not add up"
        "The formula of a strategy must give the bytes of its declared parts for every number of sites and targets."
    JL063 Misaligned "pool entry cannot be changed atomically"
        "Retargeting by a store needs entries aligned to their eight bytes."
    JL064 NotABranchRegister "indirect branch register is not accepted by landing pads"
        "With branch target identification, `br` enters a `bti c` landing pad only from x16 or x17."
    JL065 NoFallback "limited reach without a fallback"
        "A strategy whose links have limited reach names another one in `otherwise`, and the chain ends in one that \
         reaches everywhere."
    JL066 BadControlFlow "part falls through, or leaves where it must not"
        "A stub ends in an instruction that does not fall through; a call site comes back, with the stack pointer as it \
         was and the return address where its call has put it; a rule's template continues at its end unless its \
         operation is a terminator."
    JL070 DuplicateName "name is declared twice"
        "Names of one kind are unique within what an invocation sees, and none is a word that means something else at the \
         same place. Nor is anything else said twice: a number of a list, a variable that replaces a threshold, a place that \
         a meaning assigns to, whichever way it takes."
    JL071 MissingDocumentation "no documentation comment"
        "A rule, an operation or a strategy says in a `///` comment what it does; the generated documentation consists \
         of these."
    JL072 NoMeaning "mnemonic or sequence without a meaning, or meaning without a form"
        "Every mnemonic that has a `form` has one `means`, so that whatever a template consists of can be proved; and a \
         meaning that no form refers to is tested by nothing. Sequences and routines say what they do in the same \
         language, or name the sequence that they undo, which says so, or undoes another that does."
    JL073 BadMeaning "meaning is not understood"
        "Meanings are a part of Rust that is read as data: integers and floats with their methods, `let`, `if`, \
         assignments to operands, flags and registers, `memory`, `goto`, `trap`, and other mnemonics. Types must agree as \
         they do in Rust; an operand that the form only writes has no value to read."
    JL074 MeaningOfForm "meaning contradicts its form, or the effects of its operation"
        "What a form says that it reads and writes (operands, flags, memory, registers, where control goes) is what the \
         checks of templates go by, so it has to be what the meaning does; likewise what an operation says of memory and calls. \
         Change the one that is wrong."
    JL080 NotInTemplate "not allowed in a template"
        "Template lines are single instructions out of the table in `isa!`, over identifiers and literals, so that sizes, \
         effects and ranges are known. Statements, data, alignment, foreign symbols and expressions are not. Each line begins \
         with a `;`, and none ends with one, nor with a comma."
    JL090 EndlessRewriting "rewriting may not come to an end"
        "What one rule yields, another one accepts, and so on in a circle, and there is nothing that every step of it makes \
         less: neither operations, nor those of one kind; constants are made by operations too. The message prints the circle, and an input that goes round. Turn \
         one of the rules round, or narrow its pattern so that it does not accept what the others yield."
    JL091 OtherType "right side is of another type"
        "What takes the place of a value has its type, and so has every operand of an operation on the right side. A \
         constant lies in the range of its type."
    JL092 OtherEffects "effects of the two sides differ"
        "A rewriting rule may leave out a guard or a read. It may not leave out, repeat, add or reorder writes, calls and \
         ends of blocks, nor read memory at another place than the operation that it replaces: what others see of memory, \
         and in which order, would change."
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn numbers_ascend_and_texts_exist() {
        for pair in Code::ALL.windows(2) {
            assert!(pair[0].name() < pair[1].name());
        }
        for code in Code::ALL {
            assert!(!code.title().is_empty());
            assert!(code.explanation().ends_with('.'), "{}", code.name());
        }
    }
}
