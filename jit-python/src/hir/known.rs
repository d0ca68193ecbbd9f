//! Types and objects of the interpreter that the compiler knows by address.

/// The addresses of type objects that the compiler knows.
pub mod types {
    use pyo3::ffi;

    macro_rules! types {
        ($($name:ident = $object:ident;)*) => {
            $(#[doc = concat!("The address of `", stringify!($object), "`.")]
            pub fn $name() -> usize {
                &raw const ffi::$object as usize
            })*
        };
    }

    types! {
        int = PyLong_Type;
        float = PyFloat_Type;
        boolean = PyBool_Type;
        string = PyUnicode_Type;
        list = PyList_Type;
        tuple = PyTuple_Type;
        module = PyModule_Type;
        range_iterator = PyRangeIter_Type;
        list_iterator = PyListIter_Type;
        tuple_iterator = PyTupleIter_Type;
    }
}

/// Objects that live for ever.
pub mod objects {
    use pyo3::ffi;

    use crate::runtime::object::Object;

    /// `None`
    pub fn none() -> Object {
        // SAFETY: a static object.
        unsafe { ffi::Py_None() }
    }

    /// `True`
    pub fn yes() -> Object {
        // SAFETY: a static object.
        unsafe { ffi::Py_True() }
    }

    /// `False`
    pub fn no() -> Object {
        // SAFETY: a static object.
        unsafe { ffi::Py_False() }
    }
}
