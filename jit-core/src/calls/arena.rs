//! Stubs that everything in an arena shares.

use std::sync::Arc;

use dynasmrt::DynasmApi;

use super::{Form, LITERAL_BYTES, Labels, Pool, Stub, page};
use crate::code::{CodeError, CodeSpace, SharedCode, SharedKey};
use crate::emit::{Assembler, AssemblyError, define_external};

/// The bytes of the stub of `form` for the target at `address`, its literal included.
pub(crate) fn stub_bytes(stub: &Stub, pool: Option<Pool>, address: u64) -> (u32, u32) {
    let code = stub.words.bytes(address);
    match pool {
        Some(pool) => (
            code,
            code.next_multiple_of(pool.align) - code + LITERAL_BYTES,
        ),
        None => (code, 0),
    }
}

/// A stub could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StubError {
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
}

/// The arena's stub of `form` for the target at `address`, made now if nobody has one.
pub(crate) fn arena_stub(
    space: &Arc<CodeSpace>,
    form: &'static Form,
    stub: &Stub,
    address: u64,
) -> Result<SharedCode, StubError> {
    let key = SharedKey::declared(form.name, std::ptr::from_ref(form).addr(), address);
    if let Some(shared) = space.shared(key) {
        return Ok(shared);
    }
    let (code, literal) = stub_bytes(stub, form.pool, address);
    let align = form
        .pool
        .map_or(stub.align, |pool| pool.align.max(stub.align));
    let reservation = space.allocate((code + literal) as usize, align as usize)?;
    let mut ops = Assembler::new(reservation.address());
    let labels = Labels {
        stub: ops.new_dynamic_label(),
        pool: ops.new_dynamic_label(),
        target: ops.new_dynamic_label(),
        page: ops.new_dynamic_label(),
    };
    for (label, to) in [(labels.target, address), (labels.page, page(address))] {
        define_external(&mut ops, reservation.address(), label, to)?;
    }
    emit_stub(&mut ops, stub, form.pool, &labels, address);
    let code = ops.finalize().map_err(AssemblyError::from)?;
    Ok(space.share(key, reservation.commit(&code)?))
}

/// Emits a stub and the literal behind it.
pub(crate) fn emit_stub(
    ops: &mut Assembler,
    stub: &Stub,
    pool: Option<Pool>,
    labels: &Labels,
    address: u64,
) {
    use dynasmrt::DynasmLabelApi;
    ops.dynamic_label(labels.stub);
    (stub.emit)(ops, labels, address as i64);
    if let Some(pool) = pool {
        ops.align(pool.align as usize, 0);
        ops.dynamic_label(labels.pool);
        ops.push_u64(address);
    }
}
