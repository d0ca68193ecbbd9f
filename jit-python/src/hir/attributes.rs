//! Attributes: what the interpreter's inline caches say, guarded by versions; helpers elsewhere.

use jit_core::ir::Value;
use pyo3::ffi;

use super::build::Translator;
use super::known::types;
use super::state::Entry;
use crate::bytecode::Specialised;
use crate::helpers::Helper;
use crate::runtime::object::{Object, read};
use crate::runtime::offsets::*;
use crate::specs::ops::Build as _;

impl Translator<'_, '_> {
    /// Guards the version of an object's type, found in the cache cells at `cell`.
    pub fn guard_type_version(&mut self, object: Value, cell: u32) {
        let version = self.code.feedback.cell32(&self.at, cell).unwrap_or(0);
        if self.state.fact(object).version != Some(version) {
            let leaving = self.guard("an object is of another type, or its type has changed");
            self.b
                .guard_type_version(object, i64::from(version), leaving.exit, &leaving.live);
            self.state.note(object, |fact| fact.version = Some(version));
        }
    }

    /// Guards that the attributes of an object of a class, checked before, lie in the object.
    fn guard_inline_values(&mut self, object: Value, class: Object) {
        if !self.state.fact(object).inline_values {
            // SAFETY: a live class; the values lie behind what its instances have otherwise.
            let offset: i64 = unsafe { read(class, TYPE_BASIC_SIZE) };
            let leaving = self.guard("an object keeps its attributes in a dictionary");
            self.b
                .guard_inline_values(object, offset, leaving.exit, &leaving.live);
            self.state.note(object, |fact| fact.inline_values = true);
        }
    }

    fn guard_keys_version(&mut self, object: Value, cell: u32) {
        let version = self.code.feedback.cell32(&self.at, cell).unwrap_or(0);
        if self.state.fact(object).keys_version != Some(version) {
            let leaving = self.guard("instances have got another attribute");
            self.b
                .guard_keys_version(object, i64::from(version), leaving.exit, &leaving.live);
            self.state
                .note(object, |fact| fact.keys_version = Some(version));
        }
    }

    /// The class that has the version in the cache cells, if it is alive and has not changed since.
    fn cached_class(&self) -> Option<Object> {
        let version = self.code.feedback.cell32(&self.at, 2)?;
        class_with_version(version)
    }

    /// Whether a class, not changed since it got its version, has this object under this name. Only then is the cached
    /// address one of a live object.
    fn is_member(&self, class: Object, name: Object, member: Object) -> bool {
        // SAFETY: live objects; looking up in a class and its bases runs no Python code.
        !member.is_null() && unsafe { _PyType_Lookup(class, name) } == member
    }

    fn cached_object(&self, cell: u32) -> Object {
        self.code.feedback.cell64(&self.at, cell).unwrap_or(0) as Object
    }

    /// `LOAD_ATTR`
    pub fn load_attribute(&mut self) {
        use Specialised::*;
        let name = self.code.name(self.at.oparg >> 1);
        let is_method = self.at.oparg & 1 != 0;
        let owner = self.object(0);
        let seen = self.code.seen(&self.at);
        let offset = i64::from(self.code.feedback.cell(&self.at, 4).unwrap_or(0));
        let descriptor = self.cached_object(6);
        if let Some(constant) = self.constant(owner)
            && let Some(attribute) = self.constant_attribute(constant, owner, name, seen)
        {
            self.replace(1, attribute);
        } else {
            match (seen, self.cached_class()) {
                (Some(LoadAttrInstanceValue | LoadAttrSlot), Some(class)) => {
                    self.guard_type_version(owner, 2);
                    if seen == Some(LoadAttrInstanceValue) {
                        self.guard_inline_values(owner, class);
                    }
                    let value = self.b.load_field(owner, offset);
                    let leaving = self.guard("an attribute is missing");
                    self.b.guard_present(value, leaving.exit, &leaving.live);
                    self.retain(value);
                    self.replace(1, Entry::owned(value));
                }
                (
                    Some(
                        LoadAttrMethodWithValues
                        | LoadAttrMethodNoDict
                        | LoadAttrMethodLazyDict
                        | LoadAttrNondescriptorWithValues
                        | LoadAttrNondescriptorNoDict,
                    ),
                    Some(class),
                ) if self.is_member(class, name, descriptor) => {
                    self.guard_type_version(owner, 2);
                    match seen {
                        Some(LoadAttrMethodWithValues | LoadAttrNondescriptorWithValues) => {
                            self.guard_inline_values(owner, class);
                            self.guard_keys_version(owner, 4);
                        }
                        Some(LoadAttrMethodLazyDict) => {
                            let place = offset - MANAGED_DICT_BEFORE_OBJECT as i64;
                            let dict = self.b.load_field(owner, place);
                            let absent = self.b.absent(dict);
                            let leaving = self.guard("an object has a dictionary");
                            self.b.guard_true(absent, leaving.exit, &leaving.live);
                        }
                        _ => {}
                    }
                    let found = self.class_member(descriptor);
                    if is_method {
                        // The callable goes below its self, which keeps its ownership.
                        let owner = self.entry(0);
                        self.set_entry(0, found);
                        self.push(owner);
                        return;
                    }
                    self.replace(1, found);
                }
                _ => {
                    let name = self.b.const_object(name as i64);
                    let value = self.invoke(Helper::LoadAttribute, &[owner, name]);
                    self.replace(1, Entry::owned(value));
                }
            }
        }
        if is_method {
            self.push(Entry::Null);
        }
    }

    /// An attribute of a constant object that is a constant as well: of a module, or of a class.
    fn constant_attribute(
        &mut self,
        constant: Object,
        owner: Value,
        name: Object,
        seen: Option<Specialised>,
    ) -> Option<Entry> {
        if let Some(attribute) = self.module_attribute(constant, name) {
            let value = self.b.const_object(attribute as i64);
            return Some(Entry::borrowed(value));
        }
        let descriptor = self.cached_object(6);
        if seen != Some(Specialised::LoadAttrClass) || descriptor.is_null() {
            return None;
        }
        let version = self.code.feedback.cell32(&self.at, 2)?;
        // SAFETY: a live object; what was specialised as a class is compared with the version of this very object, if
        // it is a class.
        let matches = unsafe {
            ffi::PyType_Check(constant) != 0
                && read::<u32, _>(constant, TYPE_VERSION_TAG) == version
        };
        if !matches || !self.is_member(constant, name, descriptor) {
            return None;
        }
        let leaving = self.guard("a class has changed");
        self.b
            .guard_own_version(owner, i64::from(version), leaving.exit, &leaving.live);
        Some(self.class_member(descriptor))
    }

    /// What a class has, once its version has been checked. As soon as other code runs the class may lose it, so the entry
    /// owns a reference.
    fn class_member(&mut self, member: Object) -> Entry {
        let value = self.b.const_object(member as i64);
        // SAFETY: the class, not changed since this was cached, keeps it alive.
        let is_builtin = unsafe {
            let ty: *mut ffi::PyTypeObject = read(member, OBJECT_TYPE);
            ty == &raw mut ffi::PyMethodDescr_Type && {
                let class: Object = read(member, DESCRIPTOR_TYPE);
                read::<u64, _>(class, TYPE_FLAGS) & TYPE_FLAG_HEAP as u64 == 0
            }
        };
        if is_builtin {
            return Entry::borrowed(value);
        }
        self.retain(value);
        Entry::owned(value)
    }

    /// `STORE_ATTR`
    pub fn store_attribute(&mut self) {
        use Specialised::*;
        let seen = self.code.seen(&self.at);
        let offset = i64::from(self.code.feedback.cell(&self.at, 4).unwrap_or(0));
        let owner = self.object(0);
        match (seen, self.cached_class()) {
            (Some(StoreAttrInstanceValue), Some(class)) => {
                self.object(1);
                self.guard_type_version(owner, 2);
                let leaving = self.guard("an object has a dictionary");
                self.b.guard_no_dict(owner, leaving.exit, &leaving.live);
                self.guard_inline_values(owner, class);
                let value = self.owned_object(1);
                let old = self.b.store_inline_value(owner, value, offset);
                self.finish_store(old);
            }
            (Some(StoreAttrSlot), _) => {
                self.object(1);
                self.guard_type_version(owner, 2);
                let value = self.owned_object(1);
                let old = self.b.load_field(owner, offset);
                self.b.store_field(owner, value, offset);
                self.finish_store(old);
            }
            _ => {
                let name = self.b.const_object(self.code.name(self.at.oparg) as i64);
                let value = self.object(1);
                self.invoke_status(Helper::StoreAttribute, &[owner, name, value]);
                self.drop_entries(2);
            }
        }
    }

    /// The value below the owner has moved into it; what was there before goes.
    fn finish_store(&mut self, old: Value) {
        let position = self.state.stack.len() - 2;
        self.state.stack.remove(position);
        self.release_if_any(old);
        self.drop_entries(1);
    }

    /// `DELETE_ATTR`
    pub fn delete_attribute(&mut self) {
        let name = self.b.const_object(self.code.name(self.at.oparg) as i64);
        let owner = self.object(0);
        self.invoke_status(Helper::DeleteAttribute, &[owner, name]);
        self.drop_entries(1);
    }

    /// `LOAD_SUPER_ATTR`
    pub fn load_super_attribute(&mut self) {
        let name = self.code.name(self.at.oparg >> 2);
        let name = self.b.const_object(name as i64);
        let explicit = self.b.const_int(i64::from(self.at.oparg & 2));
        let (function, class, this) = (self.object(2), self.object(1), self.object(0));
        let value = self.invoke(
            Helper::LoadSuperAttribute,
            &[function, class, this, name, explicit],
        );
        self.replace(3, Entry::owned(value));
        if self.at.oparg & 1 != 0 {
            self.push(Entry::Null);
        }
    }

    /// What is known to be the callable of a method of lists, if the object is surely a list.
    pub fn is_list(&self, depth: usize) -> bool {
        match self.entry(depth) {
            Entry::Object { value, .. } => self.fact(value).ty == Some(types::list()),
            _ => false,
        }
    }
}

/// The class that has a version, as the interpreter remembers it.
fn class_with_version(version: u32) -> Option<Object> {
    // SAFETY: the interpreter is held; a slot of the table is null or a live class, since a class that dies, or loses its
    // version, leaves the table.
    unsafe {
        let interpreter = ffi::PyInterpreterState_Get();
        let slot = version as usize % TYPE_VERSIONS_COUNT;
        let offset = INTERPRETER_TYPE_VERSIONS + slot * size_of::<Object>();
        let class: Object = read(interpreter, offset);
        (!class.is_null() && read::<u32, _>(class, TYPE_VERSION_TAG) == version).then_some(class)
    }
}

unsafe extern "C" {
    /// An attribute of a class or its bases, borrowed; null without an exception.
    pub(super) fn _PyType_Lookup(class: Object, name: Object) -> Object;
}
