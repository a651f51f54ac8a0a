//! The `trien` binary: see [`trien_server::cli`].

fn main() -> std::process::ExitCode {
    trien_server::cli::main()
}
