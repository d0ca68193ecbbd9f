//! Which instruction is translated how.

use super::build::Translator;
use super::state::Entry;
use crate::bytecode::Opcode;
use crate::helpers::{Helper, well_known};
use crate::runtime::offsets::*;
use crate::runtime::state::WhyNot;
use crate::specs::ops::Build as _;

/// Set in the flags of types that match sequence patterns: `Py_TPFLAGS_SEQUENCE`.
const TYPE_FLAG_SEQUENCE: i64 = 1 << 5;
/// Set in the flags of types that match mapping patterns: `Py_TPFLAGS_MAPPING`.
const TYPE_FLAG_MAPPING: i64 = 1 << 6;

impl Translator<'_, '_> {
    /// Translates the present instruction, which belongs to `block`.
    ///
    /// # Errors
    /// If the instruction is not supported.
    pub fn instruction(&mut self, block: usize) -> Result<(), WhyNot> {
        use Opcode::*;
        let oparg = self.at.oparg;
        match self.at.opcode {
            Nop | NotTaken => {}
            Resume => self.poll(),
            LoadConst => self.push_constant(self.code.constant(oparg)),
            LoadSmallInt => self.push_constant(well_known().small_int(oparg)),
            LoadCommonConstant => match well_known().common_constant(oparg) {
                Some(constant) => self.push_constant(constant),
                None => return Err(self.unsupported()),
            },
            LoadFast => self.load_fast(oparg),
            LoadFastBorrow => self.load_fast_borrow(oparg),
            LoadFastCheck => self.load_fast_check(oparg),
            LoadFastAndClear => self.load_fast_and_clear(oparg),
            LoadFastLoadFast => {
                self.load_fast(oparg >> 4);
                self.load_fast(oparg & 15);
            }
            LoadFastBorrowLoadFastBorrow => {
                self.load_fast_borrow(oparg >> 4);
                self.load_fast_borrow(oparg & 15);
            }
            StoreFast => self.store_fast(oparg),
            StoreFastStoreFast => {
                self.store_fast(oparg >> 4);
                self.store_fast(oparg & 15);
            }
            StoreFastLoadFast => {
                self.store_fast(oparg >> 4);
                self.load_fast(oparg & 15);
            }
            DeleteFast => self.delete_fast(oparg),
            MakeCell => self.make_cell(oparg),
            CopyFreeVars => self.copy_free_variables(),
            LoadDeref => self.load_deref(oparg),
            StoreDeref => self.store_deref(oparg),
            DeleteDeref => self.delete_deref(oparg),
            LoadGlobal => self.load_global(),
            StoreGlobal => self.store_global(),
            DeleteGlobal => self.delete_global(),
            PopTop | PopIter | EndFor => self.drop_entries(1),
            PushNull => self.push(Entry::Null),
            Copy => self.copy(oparg as usize - 1),
            Swap => {
                let top = self.state.stack.len() - 1;
                self.state.stack.swap(top, top + 1 - oparg as usize);
            }
            BinaryOp => self.binary_op(),
            UnaryNegative => self.unary_negative(),
            UnaryInvert => self.unary(Helper::Invert),
            UnaryNot => self.unary_not(),
            ToBool => self.convert_to_bool(),
            CompareOp => self.compare_op(),
            ContainsOp => self.contains_op(),
            IsOp => self.is_op(),
            BinarySlice => self.combine(Helper::LoadSlice, &[2, 1, 0]),
            StoreSlice => self.effect(Helper::StoreSlice, &[2, 1, 0, 3]),
            StoreSubscr => self.store_subscript(),
            DeleteSubscr => self.effect(Helper::DeleteSubscript, &[1, 0]),
            LoadAttr => self.load_attribute(),
            StoreAttr => self.store_attribute(),
            DeleteAttr => self.delete_attribute(),
            LoadSuperAttr => self.load_super_attribute(),
            BuildTuple => self.build(Helper::BuildTuple, oparg as usize),
            BuildList => self.build(Helper::BuildList, oparg as usize),
            BuildSet => self.build(Helper::BuildSet, oparg as usize),
            BuildString => self.build(Helper::BuildString, oparg as usize),
            BuildMap => self.build(Helper::BuildMap, 2 * oparg as usize),
            BuildSlice => self.build_slice(),
            ListAppend => self.add_to_container(Helper::ListAppend, 1),
            ListExtend => self.add_to_container(Helper::ListExtend, 1),
            SetAdd => self.add_to_container(Helper::SetAdd, 1),
            SetUpdate => self.add_to_container(Helper::SetUpdate, 1),
            MapAdd => self.add_to_container(Helper::MapAdd, 2),
            DictUpdate => self.add_to_container(Helper::DictUpdate, 1),
            DictMerge => self.dict_merge(),
            UnpackSequence => self.unpack_sequence(),
            UnpackEx => {
                let count = (oparg & 0xff) + 1 + (oparg >> 8);
                self.unpack(Helper::UnpackStarred, count as usize, i64::from(oparg));
            }
            Call => self.call(),
            CallKw => self.call_keywords(),
            CallFunctionEx => self.call_function_ex(),
            CallIntrinsic1 => {
                let which = self.b.const_int(i64::from(oparg));
                let value = self.object(0);
                let result = self.invoke(Helper::Intrinsic1, &[value, which]);
                self.replace(1, Entry::owned(result));
            }
            CallIntrinsic2 => {
                let which = self.b.const_int(i64::from(oparg));
                let (first, second) = (self.object(1), self.object(0));
                let result = self.invoke(Helper::Intrinsic2, &[first, second, which]);
                self.replace(2, Entry::owned(result));
            }
            MakeFunction => self.make_function(),
            SetFunctionAttribute => self.set_function_attribute(),
            LoadSpecial => self.load_special(),
            LoadBuildClass => {
                let result = self.invoke(Helper::LoadBuildClass, &[]);
                self.push(Entry::owned(result));
            }
            GetIter => self.unary(Helper::Iterate),
            MatchSequence => self.match_kind(TYPE_FLAG_SEQUENCE),
            MatchMapping => self.match_kind(TYPE_FLAG_MAPPING),
            MatchKeys => {
                let (subject, keys) = (self.object(1), self.object(0));
                let result = self.invoke(Helper::MatchKeys, &[subject, keys]);
                self.push(Entry::owned(result));
            }
            MatchClass => {
                let (subject, class, names) = (self.object(2), self.object(1), self.object(0));
                let count = self.b.const_int(i64::from(oparg));
                let result = self.invoke(Helper::MatchClass, &[subject, class, names, count]);
                self.replace(3, Entry::owned(result));
            }
            GetLen => {
                let value = self.object(0);
                let result = self.invoke(Helper::LengthObject, &[value]);
                self.push(Entry::owned(result));
            }
            ForIter => self.for_iter(block),
            FormatSimple => self.unary(Helper::FormatSimple),
            FormatWithSpec => self.combine(Helper::FormatWithSpecification, &[1, 0]),
            ConvertValue => {
                let value = self.object(0);
                let which = self.b.const_int(i64::from(oparg));
                let result = self.invoke(Helper::Convert, &[value, which]);
                self.replace(1, Entry::owned(result));
            }
            ImportName => {
                let (level, from) = (self.object(1), self.object(0));
                let name = self.b.const_object(self.code.name(oparg) as i64);
                let result = self.invoke(Helper::ImportName, &[name, from, level]);
                self.replace(2, Entry::owned(result));
            }
            ImportFrom => {
                let module = self.object(0);
                let name = self.b.const_object(self.code.name(oparg) as i64);
                let result = self.invoke(Helper::ImportFrom, &[module, name]);
                self.push(Entry::owned(result));
            }
            JumpForward | JumpBackward | JumpBackwardNoInterrupt => self.jump(block),
            PopJumpIfFalse | PopJumpIfTrue | PopJumpIfNone | PopJumpIfNotNone => {
                self.pop_jump(block);
            }
            ReturnValue => self.return_value(),
            RaiseVarargs | Reraise => self.leave("an exception is raised"),
            _ => return Err(self.unsupported()),
        }
        Ok(())
    }

    /// `MATCH_SEQUENCE` and `MATCH_MAPPING`: whether the type of the top entry, which stays, has a flag.
    fn match_kind(&mut self, flag: i64) {
        let subject = self.object(0);
        let class = self.b.load_field(subject, OBJECT_TYPE as i64);
        let flags = self.b.load_word(class, TYPE_FLAGS as i64);
        let flag = self.b.const_int(flag);
        let set = self.b.int_and(flags, flag);
        let zero = self.b.const_int(0);
        let is = self.b.int_not_equal(set, zero);
        self.push(Entry::Bool(is));
    }

    /// `COPY`: one more of the entry `depth` below the top.
    fn copy(&mut self, depth: usize) {
        let entry = self.entry(depth);
        let Entry::Object {
            value,
            owned,
            nullable,
        } = entry
        else {
            return self.push(entry);
        };
        self.push(Entry::Object {
            value,
            owned: false,
            nullable,
        });
        if owned {
            // The entry that was copied may go first.
            self.owned_object(0);
        }
    }
}
