//! The instructions of CPython 3.14: numbers, names, and how many cache cells follow each.
//!
//! Base instructions are what control flow and operands are taken from; specialised ones occur only in the array that
//! the interpreter adapts, and serve as type feedback. The numbers are those of `_opcode_metadata` in 3.14 and of no
//! other version; the test of this table compares all of them with the running interpreter.

macro_rules! opcodes {
    ($($name:ident = $number:literal, $text:literal, $cache:literal;)*) => {
        /// A base instruction of CPython 3.14.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the names are CPython's")]
        pub enum Opcode { $($name = $number,)* }

        impl Opcode {
            /// Every instruction.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$name,)*];

            /// The instruction with this number.
            pub fn from_number(number: u8) -> Option<Opcode> {
                match number {
                    $($number => Some(Opcode::$name),)*
                    _ => None,
                }
            }

            /// The name that CPython gives it.
            pub fn name(self) -> &'static str {
                match self { $(Opcode::$name => $text,)* }
            }

            /// How many cache cells follow it, in code units.
            pub fn cache_cells(self) -> u32 {
                match self { $(Opcode::$name => $cache,)* }
            }
        }
    };
}

macro_rules! specialised {
    ($($name:ident = $number:literal of $base:ident;)*) => {
        /// A specialised form of a base instruction.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs, reason = "the names are CPython's")]
        pub enum Specialised { $($name,)* }

        impl Specialised {
            /// The specialised instruction with this number.
            pub fn from_number(number: u8) -> Option<Specialised> {
                match number {
                    $($number => Some(Specialised::$name),)*
                    _ => None,
                }
            }

            /// The instruction that this is a form of.
            pub fn base(self) -> Opcode {
                match self { $(Specialised::$name => Opcode::$base,)* }
            }
        }
    };
}

opcodes! {
    BinarySlice = 1, "BINARY_SLICE", 0;
    BuildTemplate = 2, "BUILD_TEMPLATE", 0;
    CallFunctionEx = 4, "CALL_FUNCTION_EX", 0;
    CheckEgMatch = 5, "CHECK_EG_MATCH", 0;
    CheckExcMatch = 6, "CHECK_EXC_MATCH", 0;
    CleanupThrow = 7, "CLEANUP_THROW", 0;
    DeleteSubscr = 8, "DELETE_SUBSCR", 0;
    EndFor = 9, "END_FOR", 0;
    EndSend = 10, "END_SEND", 0;
    ExitInitCheck = 11, "EXIT_INIT_CHECK", 0;
    FormatSimple = 12, "FORMAT_SIMPLE", 0;
    FormatWithSpec = 13, "FORMAT_WITH_SPEC", 0;
    GetAiter = 14, "GET_AITER", 0;
    GetAnext = 15, "GET_ANEXT", 0;
    GetIter = 16, "GET_ITER", 0;
    GetLen = 18, "GET_LEN", 0;
    GetYieldFromIter = 19, "GET_YIELD_FROM_ITER", 0;
    InterpreterExit = 20, "INTERPRETER_EXIT", 0;
    LoadBuildClass = 21, "LOAD_BUILD_CLASS", 0;
    LoadLocals = 22, "LOAD_LOCALS", 0;
    MakeFunction = 23, "MAKE_FUNCTION", 0;
    MatchKeys = 24, "MATCH_KEYS", 0;
    MatchMapping = 25, "MATCH_MAPPING", 0;
    MatchSequence = 26, "MATCH_SEQUENCE", 0;
    Nop = 27, "NOP", 0;
    NotTaken = 28, "NOT_TAKEN", 0;
    PopExcept = 29, "POP_EXCEPT", 0;
    PopIter = 30, "POP_ITER", 0;
    PopTop = 31, "POP_TOP", 0;
    PushExcInfo = 32, "PUSH_EXC_INFO", 0;
    PushNull = 33, "PUSH_NULL", 0;
    ReturnGenerator = 34, "RETURN_GENERATOR", 0;
    ReturnValue = 35, "RETURN_VALUE", 0;
    SetupAnnotations = 36, "SETUP_ANNOTATIONS", 0;
    StoreSlice = 37, "STORE_SLICE", 0;
    StoreSubscr = 38, "STORE_SUBSCR", 1;
    ToBool = 39, "TO_BOOL", 3;
    UnaryInvert = 40, "UNARY_INVERT", 0;
    UnaryNegative = 41, "UNARY_NEGATIVE", 0;
    UnaryNot = 42, "UNARY_NOT", 0;
    WithExceptStart = 43, "WITH_EXCEPT_START", 0;
    BinaryOp = 44, "BINARY_OP", 5;
    BuildInterpolation = 45, "BUILD_INTERPOLATION", 0;
    BuildList = 46, "BUILD_LIST", 0;
    BuildMap = 47, "BUILD_MAP", 0;
    BuildSet = 48, "BUILD_SET", 0;
    BuildSlice = 49, "BUILD_SLICE", 0;
    BuildString = 50, "BUILD_STRING", 0;
    BuildTuple = 51, "BUILD_TUPLE", 0;
    Call = 52, "CALL", 3;
    CallIntrinsic1 = 53, "CALL_INTRINSIC_1", 0;
    CallIntrinsic2 = 54, "CALL_INTRINSIC_2", 0;
    CallKw = 55, "CALL_KW", 3;
    CompareOp = 56, "COMPARE_OP", 1;
    ContainsOp = 57, "CONTAINS_OP", 1;
    ConvertValue = 58, "CONVERT_VALUE", 0;
    Copy = 59, "COPY", 0;
    CopyFreeVars = 60, "COPY_FREE_VARS", 0;
    DeleteAttr = 61, "DELETE_ATTR", 0;
    DeleteDeref = 62, "DELETE_DEREF", 0;
    DeleteFast = 63, "DELETE_FAST", 0;
    DeleteGlobal = 64, "DELETE_GLOBAL", 0;
    DeleteName = 65, "DELETE_NAME", 0;
    DictMerge = 66, "DICT_MERGE", 0;
    DictUpdate = 67, "DICT_UPDATE", 0;
    EndAsyncFor = 68, "END_ASYNC_FOR", 0;
    ExtendedArg = 69, "EXTENDED_ARG", 0;
    ForIter = 70, "FOR_ITER", 1;
    GetAwaitable = 71, "GET_AWAITABLE", 0;
    ImportFrom = 72, "IMPORT_FROM", 0;
    ImportName = 73, "IMPORT_NAME", 0;
    IsOp = 74, "IS_OP", 0;
    JumpBackward = 75, "JUMP_BACKWARD", 1;
    JumpBackwardNoInterrupt = 76, "JUMP_BACKWARD_NO_INTERRUPT", 0;
    JumpForward = 77, "JUMP_FORWARD", 0;
    ListAppend = 78, "LIST_APPEND", 0;
    ListExtend = 79, "LIST_EXTEND", 0;
    LoadAttr = 80, "LOAD_ATTR", 9;
    LoadCommonConstant = 81, "LOAD_COMMON_CONSTANT", 0;
    LoadConst = 82, "LOAD_CONST", 0;
    LoadDeref = 83, "LOAD_DEREF", 0;
    LoadFast = 84, "LOAD_FAST", 0;
    LoadFastAndClear = 85, "LOAD_FAST_AND_CLEAR", 0;
    LoadFastBorrow = 86, "LOAD_FAST_BORROW", 0;
    LoadFastBorrowLoadFastBorrow = 87, "LOAD_FAST_BORROW_LOAD_FAST_BORROW", 0;
    LoadFastCheck = 88, "LOAD_FAST_CHECK", 0;
    LoadFastLoadFast = 89, "LOAD_FAST_LOAD_FAST", 0;
    LoadFromDictOrDeref = 90, "LOAD_FROM_DICT_OR_DEREF", 0;
    LoadFromDictOrGlobals = 91, "LOAD_FROM_DICT_OR_GLOBALS", 0;
    LoadGlobal = 92, "LOAD_GLOBAL", 4;
    LoadName = 93, "LOAD_NAME", 0;
    LoadSmallInt = 94, "LOAD_SMALL_INT", 0;
    LoadSpecial = 95, "LOAD_SPECIAL", 0;
    LoadSuperAttr = 96, "LOAD_SUPER_ATTR", 1;
    MakeCell = 97, "MAKE_CELL", 0;
    MapAdd = 98, "MAP_ADD", 0;
    MatchClass = 99, "MATCH_CLASS", 0;
    PopJumpIfFalse = 100, "POP_JUMP_IF_FALSE", 1;
    PopJumpIfNone = 101, "POP_JUMP_IF_NONE", 1;
    PopJumpIfNotNone = 102, "POP_JUMP_IF_NOT_NONE", 1;
    PopJumpIfTrue = 103, "POP_JUMP_IF_TRUE", 1;
    RaiseVarargs = 104, "RAISE_VARARGS", 0;
    Reraise = 105, "RERAISE", 0;
    Send = 106, "SEND", 1;
    SetAdd = 107, "SET_ADD", 0;
    SetFunctionAttribute = 108, "SET_FUNCTION_ATTRIBUTE", 0;
    SetUpdate = 109, "SET_UPDATE", 0;
    StoreAttr = 110, "STORE_ATTR", 4;
    StoreDeref = 111, "STORE_DEREF", 0;
    StoreFast = 112, "STORE_FAST", 0;
    StoreFastLoadFast = 113, "STORE_FAST_LOAD_FAST", 0;
    StoreFastStoreFast = 114, "STORE_FAST_STORE_FAST", 0;
    StoreGlobal = 115, "STORE_GLOBAL", 0;
    StoreName = 116, "STORE_NAME", 0;
    Swap = 117, "SWAP", 0;
    UnpackEx = 118, "UNPACK_EX", 0;
    UnpackSequence = 119, "UNPACK_SEQUENCE", 1;
    YieldValue = 120, "YIELD_VALUE", 0;
    Resume = 128, "RESUME", 0;
}

specialised! {
BinaryOpInplaceAddUnicode = 3 of BinaryOp;
    BinaryOpAddFloat = 129 of BinaryOp;
    BinaryOpAddInt = 130 of BinaryOp;
    BinaryOpAddUnicode = 131 of BinaryOp;
    BinaryOpExtend = 132 of BinaryOp;
    BinaryOpMultiplyFloat = 133 of BinaryOp;
    BinaryOpMultiplyInt = 134 of BinaryOp;
    BinaryOpSubscrDict = 135 of BinaryOp;
    BinaryOpSubscrGetitem = 136 of BinaryOp;
    BinaryOpSubscrListInt = 137 of BinaryOp;
    BinaryOpSubscrListSlice = 138 of BinaryOp;
    BinaryOpSubscrStrInt = 139 of BinaryOp;
    BinaryOpSubscrTupleInt = 140 of BinaryOp;
    BinaryOpSubtractFloat = 141 of BinaryOp;
    BinaryOpSubtractInt = 142 of BinaryOp;
    CallAllocAndEnterInit = 143 of Call;
    CallBoundMethodExactArgs = 144 of Call;
    CallBoundMethodGeneral = 145 of Call;
    CallBuiltinClass = 146 of Call;
    CallBuiltinFast = 147 of Call;
    CallBuiltinFastWithKeywords = 148 of Call;
    CallBuiltinO = 149 of Call;
    CallIsinstance = 150 of Call;
    CallKwBoundMethod = 151 of CallKw;
    CallKwNonPy = 152 of CallKw;
    CallKwPy = 153 of CallKw;
    CallLen = 154 of Call;
    CallListAppend = 155 of Call;
    CallMethodDescriptorFast = 156 of Call;
    CallMethodDescriptorFastWithKeywords = 157 of Call;
    CallMethodDescriptorNoargs = 158 of Call;
    CallMethodDescriptorO = 159 of Call;
    CallNonPyGeneral = 160 of Call;
    CallPyExactArgs = 161 of Call;
    CallPyGeneral = 162 of Call;
    CallStr1 = 163 of Call;
    CallTuple1 = 164 of Call;
    CallType1 = 165 of Call;
    CompareOpFloat = 166 of CompareOp;
    CompareOpInt = 167 of CompareOp;
    CompareOpStr = 168 of CompareOp;
    ContainsOpDict = 169 of ContainsOp;
    ContainsOpSet = 170 of ContainsOp;
    ForIterGen = 171 of ForIter;
    ForIterList = 172 of ForIter;
    ForIterRange = 173 of ForIter;
    ForIterTuple = 174 of ForIter;
    JumpBackwardJit = 175 of JumpBackward;
    JumpBackwardNoJit = 176 of JumpBackward;
    LoadAttrClass = 177 of LoadAttr;
    LoadAttrClassWithMetaclassCheck = 178 of LoadAttr;
    LoadAttrGetattributeOverridden = 179 of LoadAttr;
    LoadAttrInstanceValue = 180 of LoadAttr;
    LoadAttrMethodLazyDict = 181 of LoadAttr;
    LoadAttrMethodNoDict = 182 of LoadAttr;
    LoadAttrMethodWithValues = 183 of LoadAttr;
    LoadAttrModule = 184 of LoadAttr;
    LoadAttrNondescriptorNoDict = 185 of LoadAttr;
    LoadAttrNondescriptorWithValues = 186 of LoadAttr;
    LoadAttrProperty = 187 of LoadAttr;
    LoadAttrSlot = 188 of LoadAttr;
    LoadAttrWithHint = 189 of LoadAttr;
    LoadConstImmortal = 190 of LoadConst;
    LoadConstMortal = 191 of LoadConst;
    LoadGlobalBuiltin = 192 of LoadGlobal;
    LoadGlobalModule = 193 of LoadGlobal;
    LoadSuperAttrAttr = 194 of LoadSuperAttr;
    LoadSuperAttrMethod = 195 of LoadSuperAttr;
    ResumeCheck = 196 of Resume;
    SendGen = 197 of Send;
    StoreAttrInstanceValue = 198 of StoreAttr;
    StoreAttrSlot = 199 of StoreAttr;
    StoreAttrWithHint = 200 of StoreAttr;
    StoreSubscrDict = 201 of StoreSubscr;
    StoreSubscrListInt = 202 of StoreSubscr;
    ToBoolAlwaysTrue = 203 of ToBool;
    ToBoolBool = 204 of ToBool;
    ToBoolInt = 205 of ToBool;
    ToBoolList = 206 of ToBool;
    ToBoolNone = 207 of ToBool;
    ToBoolStr = 208 of ToBool;
    UnpackSequenceList = 209 of UnpackSequence;
    UnpackSequenceTuple = 210 of UnpackSequence;
    UnpackSequenceTwoTuple = 211 of UnpackSequence;
}
