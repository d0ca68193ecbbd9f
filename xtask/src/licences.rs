pub fn run(_: bool) -> anyhow::Result<()> {
    Ok(())
}
