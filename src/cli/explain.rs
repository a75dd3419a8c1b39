//! `explain`: what is wrong with what was pasted.

use std::process::ExitCode;

use super::{error::CliError, print};
use crate::sandbox::explain::ExplainArgs;

pub(super) fn run(args: &ExplainArgs) -> Result<ExitCode, CliError> {
    let (text, is_right) = args
        .run()
        .map_err(|error| CliError::failed(format!("can't read it: {error}")))?;
    print::to_stdout(text.trim_end());
    Ok(ExitCode::from(u8::from(!is_right)))
}
