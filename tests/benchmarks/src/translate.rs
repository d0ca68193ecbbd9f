//! Functions of LIR in Cranelift's IR.
//!
//! Each operation becomes what a producer for Cranelift would write. Where several ways are open, the one that costs
//! Cranelift least is taken:
//!
//! - A comparison that is only branched on stays Cranelift's boolean; only one that is used as a word is widened.
//! - A callee within reach of a branch is a colocated symbol, one `bl`, as armjit emits it. A callee farther away is
//!   called by its address, `call_indirect` of a constant; the symbol of a distant function would be an address in
//!   memory and a jump around it at every call.
//! - `Release` calls a colocated routine that keeps all registers, which is what armjit does.
//! - `Retain` is without branches, so that it needs no blocks.
//! - Accesses to memory are said to be aligned and never to trap.
//! - A guard branches to a block, as [`Exits`] says.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{
    self, AbiParam, Block as ClifBlock, BlockArg, ExtFuncData, ExternalName, FuncRef, InstBuilder,
    MemFlagsData, Signature, TrapCode, Type as ClifType, UserExternalName, UserFuncName,
    Value as ClifValue, types,
};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use jit_core::ir::{Block, BlockCall, ControlFlow, Function, Inst, Value};
use jit_core::specs::ops::{Lir, Op, Type};

/// What becomes of a guard that fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exits {
    /// A cold block calls a function with the number of the exit and the values that it needs, and returns its result:
    /// what a program that uses Cranelift can do to get at the values.
    Blocks,
    /// A trap that tells nobody anything: less than any program can do with, as a lower bound.
    Traps,
}

/// The namespace of [`UserExternalName`]s that are callees at an address.
const CALLEES: u32 = 0;
/// That of what a runtime has.
const RUNTIME: u32 = 1;

/// The function in Cranelift's IR. `near` says which addresses a branch reaches from the code.
pub fn translate(
    function: &Function<Lir>,
    exits: Exits,
    near: impl Fn(u64) -> bool,
    config: TargetFrontendConfig,
) -> ir::Function {
    let mut signature = Signature::new(CallConv::SystemV);
    for &param in function.params() {
        signature
            .params
            .push(AbiParam::new(type_of(function.value_type(param))));
    }
    signature.returns.push(AbiParam::new(types::I64));
    let mut out = ir::Function::with_name_signature(UserFuncName::user(0, 0), signature);
    let mut context = FunctionBuilderContext::new();
    let flow = ControlFlow::new(function);
    let mut translation = Translation {
        function,
        exits,
        near,
        out: FunctionBuilder::new(&mut out, &mut context),
        blocks: Vec::new(),
        values: vec![None; function.value_count()],
        truths: vec![None; function.value_count()],
        words: words(function),
        cold: Vec::new(),
        left: None,
    };
    translation.declare_blocks();
    for &block in flow.reverse_postorder() {
        translation.block(block);
    }
    translation.cold_blocks();
    translation.out.seal_all_blocks();
    translation.out.finalize(config);
    out
}

fn type_of(ty: Type) -> ClifType {
    match ty {
        Type::I64 => types::I64,
        Type::I32 => types::I32,
        Type::F64 => types::F64,
    }
}

/// Which values are used in any other way than as a condition.
fn words(function: &Function<Lir>) -> Vec<bool> {
    let mut words = vec![false; function.value_count()];
    for block in function.blocks() {
        for &inst in &function[block].insts {
            let data = &function[inst];
            let conditions = match data.op {
                Op::Branch | Op::GuardTrue | Op::GuardFalse | Op::Select => 1,
                _ => 0,
            };
            let args = data.args.iter().skip(conditions);
            let passed = data.targets.iter().flat_map(|target| &target.args);
            for value in args.chain(passed) {
                words[value.index()] = true;
            }
        }
    }
    words
}

/// A block in which a function is left.
struct Cold {
    block: ClifBlock,
    exit: i64,
    live: Vec<ClifValue>,
}

struct Translation<'a, Near> {
    function: &'a Function<Lir>,
    exits: Exits,
    near: Near,
    out: FunctionBuilder<'a>,
    blocks: Vec<ClifBlock>,
    values: Vec<Option<ClifValue>>,
    /// Of comparisons, the boolean.
    truths: Vec<Option<ClifValue>>,
    words: Vec<bool>,
    cold: Vec<Cold>,
    /// Where every exit goes on.
    left: Option<ClifBlock>,
}

impl<Near: Fn(u64) -> bool> Translation<'_, Near> {
    fn declare_blocks(&mut self) {
        for block in self.function.blocks() {
            let made = self.out.create_block();
            self.blocks.push(made);
            if self.function[block].cold && block != Block::ENTRY {
                self.out.set_cold_block(made);
            }
            for &param in &self.function[block].params {
                let value = self
                    .out
                    .append_block_param(made, type_of(self.function.value_type(param)));
                self.values[param.index()] = Some(value);
            }
        }
    }

    fn block(&mut self, block: Block) {
        self.out.switch_to_block(self.blocks[block.index()]);
        for index in 0..self.function[block].insts.len() {
            self.inst(self.function[block].insts[index]);
        }
    }

    fn value(&self, value: Value) -> ClifValue {
        self.values[value.index()]
            .expect("a function that verifies defines a value before its uses")
    }

    /// A value as a condition: its boolean if there is one, else the word itself.
    fn condition(&self, value: Value) -> ClifValue {
        self.truths[value.index()].unwrap_or_else(|| self.value(value))
    }

    fn inst(&mut self, inst: Inst) {
        let function = self.function;
        let data = &function[inst];
        let arg = |position: usize| data.args[position];
        let attribute = |position: usize| data.attributes[position];
        let word = |this: &Self, position: usize| this.value(arg(position));
        macro_rules! unary {
            ($method:ident $(, $more:expr)*) => {{ let a = word(self, 0); self.out.ins().$method($($more,)* a) }};
        }
        macro_rules! binary {
            ($method:ident) => {{
                let (a, b) = (word(self, 0), word(self, 1));
                self.out.ins().$method(a, b)
            }};
        }
        let result = match data.op {
            Op::Iconst => self.out.ins().iconst(types::I64, attribute(0)),
            Op::Iconst32 => self
                .out
                .ins()
                .iconst(types::I32, attribute(0) & 0xffff_ffff),
            Op::Fconst => self.out.ins().f64const(f64::from_bits(attribute(0) as u64)),
            Op::Add | Op::Add32 => binary!(iadd),
            Op::Sub | Op::Sub32 => binary!(isub),
            Op::Mul => binary!(imul),
            Op::And | Op::And32 => binary!(band),
            Op::Or => binary!(bor),
            Op::Xor => binary!(bxor),
            Op::Shl => binary!(ishl),
            Op::ShrU => binary!(ushr),
            Op::ShrS => binary!(sshr),
            Op::Neg => unary!(ineg),
            Op::Select => {
                let (condition, a, b) = (self.condition(arg(0)), word(self, 1), word(self, 2));
                self.out.ins().select(condition, a, b)
            }
            Op::Narrow => unary!(ireduce, types::I32),
            Op::WidenU => unary!(uextend, types::I64),
            Op::WidenS => unary!(sextend, types::I64),
            Op::Eq | Op::Eq32 => return self.compare(inst, IntCC::Equal),
            Op::Ne | Op::Ne32 => return self.compare(inst, IntCC::NotEqual),
            Op::LtS => return self.compare(inst, IntCC::SignedLessThan),
            Op::LeS => return self.compare(inst, IntCC::SignedLessThanOrEqual),
            Op::GtS => return self.compare(inst, IntCC::SignedGreaterThan),
            Op::GeS => return self.compare(inst, IntCC::SignedGreaterThanOrEqual),
            Op::LtU | Op::LtU32 => return self.compare(inst, IntCC::UnsignedLessThan),
            Op::LeU => return self.compare(inst, IntCC::UnsignedLessThanOrEqual),
            Op::GtU => return self.compare(inst, IntCC::UnsignedGreaterThan),
            Op::GeU => return self.compare(inst, IntCC::UnsignedGreaterThanOrEqual),
            Op::FEq => return self.compare_floats(inst, FloatCC::Equal),
            Op::FNe => return self.compare_floats(inst, FloatCC::NotEqual),
            Op::FLt => return self.compare_floats(inst, FloatCC::LessThan),
            Op::FLe => return self.compare_floats(inst, FloatCC::LessThanOrEqual),
            Op::FGt => return self.compare_floats(inst, FloatCC::GreaterThan),
            Op::FGe => return self.compare_floats(inst, FloatCC::GreaterThanOrEqual),
            Op::AddOrExit | Op::SubOrExit | Op::MulOrExit => {
                let (a, b) = (word(self, 0), word(self, 1));
                let (result, overflow) = match data.op {
                    Op::AddOrExit => self.out.ins().sadd_overflow(a, b),
                    Op::SubOrExit => self.out.ins().ssub_overflow(a, b),
                    _ => self.out.ins().smul_overflow(a, b),
                };
                self.guard(inst, overflow, false);
                result
            }
            Op::FAdd => binary!(fadd),
            Op::FSub => binary!(fsub),
            Op::FMul => binary!(fmul),
            Op::FDiv => binary!(fdiv),
            Op::FNeg => unary!(fneg),
            Op::FAbs => unary!(fabs),
            Op::FSqrt => unary!(sqrt),
            Op::IntToFloat => unary!(fcvt_from_sint, types::F64),
            Op::FloatToInt => unary!(fcvt_to_sint_sat, types::I64),
            Op::BitsToFloat => unary!(bitcast, types::F64, MemFlagsData::new()),
            Op::FloatToBits => unary!(bitcast, types::I64, MemFlagsData::new()),
            Op::LoadI64 | Op::LoadI32 | Op::LoadU32 | Op::LoadU16 | Op::LoadU8 | Op::LoadF64 => {
                let (base, offset) = self.address(arg(0), attribute(0));
                let flags = MemFlagsData::trusted();
                match data.op {
                    Op::LoadI64 => self.out.ins().load(types::I64, flags, base, offset),
                    Op::LoadI32 => self.out.ins().load(types::I32, flags, base, offset),
                    Op::LoadU32 => self.out.ins().uload32(flags, base, offset),
                    Op::LoadU16 => self.out.ins().uload16(types::I64, flags, base, offset),
                    Op::LoadU8 => self.out.ins().uload8(types::I64, flags, base, offset),
                    _ => self.out.ins().load(types::F64, flags, base, offset),
                }
            }
            Op::StoreI64 | Op::StoreI32 | Op::StoreU16 | Op::StoreU8 | Op::StoreF64 => {
                let value = word(self, 0);
                let (base, offset) = self.address(arg(1), attribute(0));
                let flags = MemFlagsData::trusted();
                match data.op {
                    Op::StoreU16 => self.out.ins().istore16(flags, value, base, offset),
                    Op::StoreU8 => self.out.ins().istore8(flags, value, base, offset),
                    _ => self.out.ins().store(flags, value, base, offset),
                };
                return;
            }
            Op::Call | Op::CallFloat | Op::CallIndirect => self.call(inst),
            Op::Retain => {
                let object = word(self, 0);
                let flags = MemFlagsData::trusted();
                let count = self.out.ins().load(types::I32, flags, object, 0);
                let one = self.out.ins().iconst(types::I32, 1);
                let next = self.out.ins().iadd(count, one);
                let zero = self.out.ins().iconst(types::I32, 0);
                let counted = self
                    .out
                    .ins()
                    .icmp(IntCC::SignedGreaterThanOrEqual, count, zero);
                let next = self.out.ins().select(counted, next, count);
                self.out.ins().store(flags, next, object, 0);
                return;
            }
            Op::Release => {
                let object = word(self, 0);
                let release = self.symbol(RUNTIME, 0, CallConv::PreserveAll, &[types::I64], None);
                self.out.ins().call(release, &[object]);
                return;
            }
            Op::GuardTrue | Op::GuardFalse => {
                let condition = self.condition(arg(0));
                self.guard(inst, condition, data.op == Op::GuardTrue);
                return;
            }
            Op::Jump => {
                let (block, args) = self.target(&data.targets[0]);
                self.out.ins().jump(block, &args);
                return;
            }
            Op::Branch => {
                let condition = self.condition(arg(0));
                let (then, then_args) = self.target(&data.targets[0]);
                let (otherwise, otherwise_args) = self.target(&data.targets[1]);
                self.out
                    .ins()
                    .brif(condition, then, &then_args, otherwise, &otherwise_args);
                return;
            }
            Op::Return => {
                let value = word(self, 0);
                self.out.ins().return_(&[value]);
                return;
            }
            Op::Exit => {
                if self.exits == Exits::Traps {
                    self.out.ins().trap(TrapCode::unwrap_user(1));
                } else {
                    let block = self.cold_block(inst);
                    self.out.ins().jump(block, &[]);
                }
                return;
            }
            Op::Extension(_) => unreachable!("the corpus has no operations of other crates"),
        };
        self.define(inst, result);
    }

    fn define(&mut self, inst: Inst, result: ClifValue) {
        if let Some(value) = self.function[inst].result {
            self.values[value.index()] = Some(result);
        }
    }

    fn compare(&mut self, inst: Inst, code: IntCC) {
        let args = &self.function[inst].args;
        let (a, b) = (self.value(args[0]), self.value(args[1]));
        let truth = self.out.ins().icmp(code, a, b);
        self.compared(inst, truth);
    }

    fn compare_floats(&mut self, inst: Inst, code: FloatCC) {
        let args = &self.function[inst].args;
        let (a, b) = (self.value(args[0]), self.value(args[1]));
        let truth = self.out.ins().fcmp(code, a, b);
        self.compared(inst, truth);
    }

    fn compared(&mut self, inst: Inst, truth: ClifValue) {
        let Some(value) = self.function[inst].result else {
            return;
        };
        self.truths[value.index()] = Some(truth);
        if self.words[value.index()] {
            let word = self.out.ins().uextend(types::I64, truth);
            self.values[value.index()] = Some(word);
        }
    }

    /// A base and an offset that Cranelift's instructions can hold.
    fn address(&mut self, base: Value, offset: i64) -> (ClifValue, i32) {
        let base = self.value(base);
        match i32::try_from(offset) {
            Ok(offset) => (base, offset),
            Err(_) => {
                let offset = self.out.ins().iconst(types::I64, offset);
                (self.out.ins().iadd(base, offset), 0)
            }
        }
    }

    fn target(&self, target: &BlockCall) -> (ClifBlock, Vec<BlockArg>) {
        let args = target
            .args
            .iter()
            .map(|&value| BlockArg::Value(self.value(value)));
        (self.blocks[target.block.index()], args.collect())
    }

    /// Goes on in a new block if the condition is not zero, or, unless `wanted`, if it is; otherwise the exit is taken.
    fn guard(&mut self, inst: Inst, condition: ClifValue, wanted: bool) {
        if self.exits == Exits::Traps {
            let code = TrapCode::unwrap_user(1);
            if wanted {
                self.out.ins().trapz(condition, code);
            } else {
                self.out.ins().trapnz(condition, code);
            }
            return;
        }
        let exit = self.cold_block(inst);
        let next = self.out.create_block();
        let (then, otherwise) = if wanted { (next, exit) } else { (exit, next) };
        self.out.ins().brif(condition, then, &[], otherwise, &[]);
        self.out.switch_to_block(next);
    }

    /// The block in which a guard leaves; it is filled later.
    fn cold_block(&mut self, inst: Inst) -> ClifBlock {
        let data = &self.function[inst];
        let (_, list) = data.split_args();
        let exit = data
            .info()
            .exit_attribute()
            .map_or(0, |index| data.attributes[index]);
        let live = list.iter().map(|&value| self.value(value)).collect();
        let block = self.out.create_block();
        self.out.set_cold_block(block);
        self.cold.push(Cold { block, exit, live });
        block
    }

    /// Fills the blocks in which the function is left. They have one end in common, as armjit's exits do.
    fn cold_blocks(&mut self) {
        for cold in std::mem::take(&mut self.cold) {
            self.out.switch_to_block(cold.block);
            let exit = self.out.ins().iconst(types::I64, cold.exit);
            let args: Vec<ClifValue> = std::iter::once(exit).chain(cold.live).collect();
            let params: Vec<ClifType> = args
                .iter()
                .map(|&value| self.out.func.dfg.value_type(value))
                .collect();
            let handler = self.symbol(RUNTIME, 1, CallConv::SystemV, &params, Some(types::I64));
            let call = self.out.ins().call(handler, &args);
            let result = self.out.inst_results(call)[0];
            let left = match self.left {
                Some(left) => left,
                None => {
                    let left = self.out.create_block();
                    self.out.set_cold_block(left);
                    self.out.append_block_param(left, types::I64);
                    *self.left.insert(left)
                }
            };
            self.out.ins().jump(left, &[BlockArg::Value(result)]);
        }
        if let Some(left) = self.left {
            self.out.switch_to_block(left);
            let result = self.out.block_params(left)[0];
            self.out.ins().return_(&[result]);
        }
    }

    fn call(&mut self, inst: Inst) -> ClifValue {
        let data = &self.function[inst];
        let (_, list) = data.split_args();
        let args: Vec<ClifValue> = list.iter().map(|&value| self.value(value)).collect();
        let params: Vec<ClifType> = args
            .iter()
            .map(|&value| self.out.func.dfg.value_type(value))
            .collect();
        let returns = if data.op == Op::CallFloat {
            types::F64
        } else {
            types::I64
        };
        let call = if data.op == Op::CallIndirect {
            let signature = self.signature(CallConv::SystemV, &params, Some(returns));
            let target = self.value(data.args[0]);
            self.out.ins().call_indirect(signature, target, &args)
        } else {
            let address = data.attributes[0];
            if (self.near)(address as u64) {
                // The symbol is the address; its name has but 32 bits of it, which nobody reads.
                let callee = self.symbol(
                    CALLEES,
                    address as u32,
                    CallConv::SystemV,
                    &params,
                    Some(returns),
                );
                self.out.ins().call(callee, &args)
            } else {
                let signature = self.signature(CallConv::SystemV, &params, Some(returns));
                let target = self.out.ins().iconst(types::I64, address);
                self.out.ins().call_indirect(signature, target, &args)
            }
        };
        self.out.inst_results(call)[0]
    }

    fn signature(
        &mut self,
        convention: CallConv,
        params: &[ClifType],
        result: Option<ClifType>,
    ) -> ir::SigRef {
        let mut signature = Signature::new(convention);
        signature
            .params
            .extend(params.iter().map(|&ty| AbiParam::new(ty)));
        signature.returns.extend(result.map(AbiParam::new));
        // A function has few signatures, each many times.
        let known = self
            .out
            .func
            .dfg
            .signatures
            .iter()
            .find(|(_, known)| **known == signature);
        match known.map(|(known, _)| known) {
            Some(known) => known,
            None => self.out.import_signature(signature),
        }
    }

    /// A function within reach of a branch.
    fn symbol(
        &mut self,
        namespace: u32,
        index: u32,
        convention: CallConv,
        params: &[ClifType],
        result: Option<ClifType>,
    ) -> FuncRef {
        let signature = self.signature(convention, params, result);
        let name = self
            .out
            .func
            .declare_imported_user_function(UserExternalName { namespace, index });
        let name = ExternalName::user(name);
        let known = self.out.func.dfg.ext_funcs.iter();
        let known =
            known.map(|(known, data)| (known, data.name == name && data.signature == signature));
        let known = known
            .filter_map(|(known, same)| same.then_some(known))
            .next();
        known.unwrap_or_else(|| {
            self.out.import_function(ExtFuncData {
                name,
                signature,
                colocated: true,
                patchable: false,
            })
        })
    }
}

/// How many instructions a function has in its blocks.
pub fn inst_count(function: &Function<Lir>) -> usize {
    function
        .blocks()
        .map(|block| function[block].insts.len())
        .sum()
}
