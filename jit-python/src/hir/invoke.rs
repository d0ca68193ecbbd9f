//! Operations that a helper carries out: the exit that an exception takes, and what is no longer known afterwards.

use jit_core::ir::Value;

use super::build::Translator;
use crate::helpers::Helper;
use crate::runtime::state::ExitKind;
use crate::specs::ops::Build as _;

impl Translator<'_, '_> {
    /// Calls a helper that yields an object.
    pub fn invoke(&mut self, helper: Helper, arguments: &[Value]) -> Value {
        let (exit, values) = self.invocation(helper, arguments);
        let result = self.b.invoke_object(
            helper.address() as i64,
            arguments.len() as i64,
            exit,
            &values,
        );
        self.state.other_code_ran();
        result
    }

    /// Calls a helper that yields an object or null.
    pub fn invoke_optional(&mut self, helper: Helper, arguments: &[Value]) -> Value {
        let (exit, values) = self.invocation(helper, arguments);
        let result = self.b.invoke_optional(
            helper.address() as i64,
            arguments.len() as i64,
            exit,
            &values,
        );
        self.state.other_code_ran();
        result
    }

    /// Calls a helper that yields nothing.
    pub fn invoke_status(&mut self, helper: Helper, arguments: &[Value]) {
        let (exit, values) = self.invocation(helper, arguments);
        self.b.invoke_status(
            helper.address() as i64,
            arguments.len() as i64,
            exit,
            &values,
        );
        self.state.other_code_ran();
    }

    /// Calls a helper that yields a truth value.
    pub fn invoke_bool(&mut self, helper: Helper, arguments: &[Value]) -> Value {
        let (exit, values) = self.invocation(helper, arguments);
        let result = self.b.invoke_bool(
            helper.address() as i64,
            arguments.len() as i64,
            exit,
            &values,
        );
        self.state.other_code_ran();
        result
    }

    /// Calls a helper that yields a number from zero.
    pub fn invoke_int(&mut self, helper: Helper, arguments: &[Value]) -> Value {
        let (exit, values) = self.invocation(helper, arguments);
        let result = self.b.invoke_int(
            helper.address() as i64,
            arguments.len() as i64,
            exit,
            &values,
        );
        self.state.other_code_ran();
        result
    }

    fn invocation(&mut self, helper: Helper, arguments: &[Value]) -> (i64, Vec<Value>) {
        let leaving = self.leaving(ExitKind::Exception, helper.name());
        let mut values = arguments.to_vec();
        values.extend(leaving.live);
        self.state.line = Some(self.code.line(&self.at));
        (leaving.exit, values)
    }
}
