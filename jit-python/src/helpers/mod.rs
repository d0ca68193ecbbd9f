//! What compiled code calls for everything that it does not do in place.
//!
//! A helper never takes over references: operands stay their owner's, results are new. The first two arguments are the
//! frame and the index of the instruction, so that whoever looks at the frame during the call sees the right line; the
//! call site gets away with two instructions for that. An object result of null, and a number below zero, mean that an
//! exception is set, unless the helper says otherwise.

mod attributes;
mod calls;
mod containers;
mod context;
mod functions;
mod numbers;
mod sequences;
mod well_known;

pub use numbers::{box_float, box_int, note_inline_value};
pub use sequences::RAISED;
pub use well_known::well_known;

macro_rules! helpers {
    ($($(#[$doc:meta])* $name:ident = $module:ident :: $function:ident;)*) => {
        /// A helper.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Helper { $($(#[$doc])* $name,)* }

        impl Helper {
            /// The address of its code.
            pub fn address(self) -> usize {
                match self { $(Helper::$name => $module::$function as *const () as usize,)* }
            }

            /// Its name, for people.
            pub fn name(self) -> &'static str {
                match self { $(Helper::$name => stringify!($function),)* }
            }
        }
    };
}

helpers! {
    /// `BINARY_OP` by its operand: left, right, operator.
    BinaryOperation = numbers::binary_operation;
    /// `-value`
    Negative = numbers::negative;
    /// `~value`
    Invert = numbers::invert;
    /// Comparison with an object as result: left, right, which.
    Compare = numbers::compare;
    /// Comparison with a truth value as result: left, right, which.
    CompareTruth = numbers::compare_truth;
    /// The truth of a value.
    Truth = numbers::truth;
    /// `len(value)` as a number.
    Length = numbers::length;
    /// `len(value)` as an object.
    LengthObject = numbers::length_object;
    /// `isinstance(object, class)`
    IsInstance = numbers::is_instance;
    /// `FORMAT_SIMPLE`
    FormatSimple = numbers::format_simple;
    /// `FORMAT_WITH_SPEC`: value, specification.
    FormatWithSpecification = numbers::format_with_specification;
    /// `CONVERT_VALUE`: value, conversion.
    Convert = numbers::convert;

    /// Whether a container contains an item: container, item.
    Contains = containers::contains;
    /// `container[key] = value`: container, key, value.
    StoreSubscript = containers::store_subscript;
    /// `del container[key]`
    DeleteSubscript = containers::delete_subscript;
    /// `container[start:stop]`
    LoadSlice = containers::load_slice;
    /// `container[start:stop] = value`: container, start, stop, value.
    StoreSlice = containers::store_slice;
    /// A tuple of the operands: address, count.
    BuildTuple = containers::build_tuple;
    /// A list of the operands: address, count.
    BuildList = containers::build_list;
    /// A set of the operands: address, count.
    BuildSet = containers::build_set;
    /// The operands, strings, joined: address, count.
    BuildString = containers::build_string;
    /// A dict of the operands, keys and values in turn: address, count.
    BuildMap = containers::build_map;
    /// A slice: start, stop, step.
    BuildSlice = containers::build_slice;
    /// Appends to a list.
    ListAppend = containers::list_append;
    /// Extends a list by an iterable.
    ListExtend = containers::list_extend;
    /// Adds to a set.
    SetAdd = containers::set_add;
    /// Adds what an iterable yields to a set.
    SetUpdate = containers::set_update;
    /// Sets an item of a dict: dict, key, value.
    MapAdd = containers::map_add;
    /// Updates a dict by a mapping.
    DictUpdate = containers::dict_update;
    /// Adds keyword arguments to a dict: dict, mapping, the callable for messages.
    DictMerge = containers::dict_merge;
    /// Unpacks into exactly so many operands: sequence, count, end of the operands.
    Unpack = sequences::unpack;
    /// Unpacks with a starred target: sequence, operand of `UNPACK_EX`, end of the operands.
    UnpackStarred = sequences::unpack_starred;
    /// `MATCH_KEYS`: subject, keys.
    MatchKeys = sequences::match_keys;
    /// `MATCH_CLASS`: subject, class, names of keyword patterns, number of positional ones.
    MatchClass = sequences::match_class;
    /// `iter(value)`
    Iterate = sequences::iterate;
    /// The next element of an iterator; null without an exception at its end, 1 with an exception.
    Next = sequences::next;

    /// `object.name`
    LoadAttribute = attributes::load_attribute;
    /// `object.name = value`: object, name, value.
    StoreAttribute = attributes::store_attribute;
    /// `del object.name`
    DeleteAttribute = attributes::delete_attribute;
    /// `super().name`: super, class, self, name, whether super was given two arguments.
    LoadSuperAttribute = attributes::load_super_attribute;
    /// A method looked up on the type: object, which, where to put method and self.
    LoadSpecial = attributes::load_special;
    /// A global or builtin name.
    LoadGlobal = attributes::load_global;
    /// Binds a global name.
    StoreGlobal = attributes::store_global;
    /// Unbinds a global name.
    DeleteGlobal = attributes::delete_global;
    /// `import name`: name, what is wanted from it, level.
    ImportName = attributes::import_name;
    /// `from module import name`
    ImportFrom = attributes::import_from;
    /// `__build_class__`
    LoadBuildClass = attributes::load_build_class;

    /// `callable()`
    Call0 = calls::call_0;
    /// `callable(a)`
    Call1 = calls::call_1;
    /// `callable(a, b)`
    Call2 = calls::call_2;
    /// `callable(a, b, c)`
    Call3 = calls::call_3;
    /// `callable(a, b, c, d)`
    Call4 = calls::call_4;
    /// A call with arguments in memory: callable, address, count.
    CallArray = calls::call_array;
    /// A call whose first argument in memory may be null and does not count then: callable, address, count of the others.
    CallMaybeMethod = calls::call_maybe_method;
    /// A call with keywords: callable, address, count of all arguments, names.
    CallKeywords = calls::call_keywords;
    /// Both of the above: callable, address, count of the arguments behind the first, names.
    CallMaybeMethodKeywords = calls::call_maybe_method_keywords;
    /// `callable(*positional, **keywords)`; keywords may be null.
    CallUnpacked = calls::call_unpacked;
    /// `CALL_INTRINSIC_1`: value, which.
    Intrinsic1 = calls::intrinsic_1;
    /// `CALL_INTRINSIC_2`: first, second, which.
    Intrinsic2 = calls::intrinsic_2;

    /// A function of a code object.
    MakeFunction = functions::make_function;
    /// Sets defaults, closure or annotations: function, attribute, which.
    SetFunctionAttribute = functions::set_function_attribute;
    /// Puts a local into a new cell.
    MakeCell = functions::make_cell;
    /// Copies the function's closure into the frame: first local, count.
    CopyFreeVariables = functions::copy_free_variables;
}
