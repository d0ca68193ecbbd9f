//! Global names: entries that rarely change are constants, watched; the others are looked up.

use pyo3::ffi;

use super::attributes::_PyType_Lookup;
use super::build::Translator;
use super::code::lookup;
use super::known::types;
use super::state::Entry;
use crate::helpers::Helper;
use crate::runtime::object::{Object, read};
use crate::runtime::offsets::*;
use crate::specs::ops::Build as _;

impl Translator<'_, '_> {
    /// `LOAD_GLOBAL`
    pub fn load_global(&mut self) {
        let index = self.at.oparg >> 1;
        let name = self.code.name(index);
        let found = self.code.global(name).filter(|&(object, _)| {
            // A name that this function itself rebinds is no constant.
            is_steady(object) && !self.code.rebinds_global(index) && !self.code.is_changing(name)
        });
        if let Some((object, _)) = found {
            self.check_valid();
            self.watch(self.code.globals, name);
            if lookup(self.code.globals, name).is_none() {
                self.watch(self.code.builtins, name);
            }
            // The entry keeps the object alive as long as it is watched; the runtime keeps what a change replaces alive for
            // the activations that have begun before.
            self.push_constant(object);
        } else {
            let name = self.b.const_object(name as i64);
            let value = self.invoke(Helper::LoadGlobal, &[name]);
            self.push(Entry::owned(value));
        }
        if self.at.oparg & 1 != 0 {
            self.push(Entry::Null);
        }
    }

    /// `STORE_GLOBAL`
    pub fn store_global(&mut self) {
        let name = self.b.const_object(self.code.name(self.at.oparg) as i64);
        let value = self.object(0);
        self.invoke_status(Helper::StoreGlobal, &[name, value]);
        self.drop_entries(1);
    }

    /// `DELETE_GLOBAL`
    pub fn delete_global(&mut self) {
        let name = self.b.const_object(self.code.name(self.at.oparg) as i64);
        self.invoke_status(Helper::DeleteGlobal, &[name]);
    }

    /// An attribute of a module that is a constant, if it is one that rarely changes; the entry is not touched.
    pub fn module_attribute(&mut self, module: Object, name: Object) -> Option<Object> {
        // SAFETY: a live object; only exact modules have a dictionary at that place.
        let dict: Object = unsafe {
            if read::<usize, _>(module, OBJECT_TYPE) != types::module() {
                return None;
            }
            read(module, MODULE_DICT)
        };
        // SAFETY: live objects. What the class of modules has itself comes before what the module has.
        let hidden =
            unsafe { !_PyType_Lookup((&raw mut ffi::PyModule_Type).cast(), name).is_null() };
        let object = lookup(dict, name)
            .filter(|&object| is_steady(object) && !hidden && !self.code.is_changing(name))?;
        self.check_valid();
        self.watch(dict, name);
        Some(object)
    }
}

/// Whether an object is of a kind that programs bind to a global name once: a function, a class, a module, a plain
/// constant. Instances are what a program replaces as it goes on.
fn is_steady(object: Object) -> bool {
    // SAFETY: a live object.
    unsafe {
        let ty: usize = read(object, OBJECT_TYPE);
        let flags: u64 = read(ty as Object, TYPE_FLAGS);
        let is_none = object == ffi::Py_None();
        let plain = flags & TYPE_FLAG_HEAP as u64 == 0
            && ffi::PyType_IsSubtype(ty as *mut ffi::PyTypeObject, &raw mut ffi::PyDict_Type) == 0;
        let is_class = ffi::PyType_Check(object) != 0;
        !is_none && (plain || is_class)
    }
}
