//! `kiosque user`: accounts, for the person at the machine. Works also while the server runs.

use super::{Common, runtime, say};
use crate::{
    accounts::{self, NewAccount, Role, password},
    clock::Clock,
    config::Config,
    db::Db,
    error::{Error, Kind, Result},
    settings,
};
use clap::Subcommand;
use std::io::Read as _;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Make an account; its password is read from standard input
    Create {
        /// Name to sign in with: lower case letters, digits, dots, underscores
        #[arg(long)]
        username: String,
        /// Where letters go
        #[arg(long)]
        email: String,
        /// administrator, moderator or user
        #[arg(long, default_value = "user")]
        role: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Give an account a new password, read from standard input, and sign all its devices out
    ResetPassword {
        /// Name of the account
        username: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        common: Common,
    },
}

pub(super) fn run(command: UserCommand) -> Result<()> {
    let now = Clock::system().now();
    match command {
        UserCommand::Create { username, email, role, common, .. } => {
            let role = Role::from_name(&role).ok_or_else(|| {
                Error::refused(
                    Kind::Bad,
                    format!("{role} is no role; there are administrator, moderator and user"),
                )
            })?;
            let password_hash = password::hash(&read_password()?)?;
            let name = username.clone();
            write(common.load()?, move |tx| {
                let uploads = settings::load(tx)?.uploads;
                let new = NewAccount {
                    name,
                    email,
                    password_hash,
                    role,
                    video_quota: uploads.default_quota,
                    video_quota_daily: uploads.default_quota_daily,
                    group_name: None,
                    group_display_name: None,
                };
                accounts::create(tx, now, &new).map(|_| ())
            })?;
            say(&format!("The account {username} is made."));
        }
        UserCommand::ResetPassword { username, common, .. } => {
            let hash = password::hash(&read_password()?)?;
            let name = username.clone();
            write(common.load()?, move |tx| accounts::reset_password(tx, &name, &hash))?;
            say(&format!("The account {username} has a new password; all its devices are signed out."));
        }
    }
    Ok(())
}

/// One line of standard input.
fn read_password() -> Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|error| Error::refused(Kind::Bad, format!("no password on standard input: {error}")))?;
    let password = text.lines().next().unwrap_or_default().to_owned();
    match password::check(&password) {
        Some(wrong) => {
            Err(Error::refused(Kind::Bad, format!("the password on standard input: {}", wrong.rule)))
        }
        None => Ok(password),
    }
}

fn write(
    config: Config,
    work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<()> + Send + 'static,
) -> Result<()> {
    let database = config.database();
    std::fs::create_dir_all(&config.data_dir).map_err(Error::io(&config.data_dir))?;
    let done = runtime()?.block_on(async { Db::open(&database)?.write(work).await });
    // Names of fields are for clients of the interface; here the rules are what helps.
    match done {
        Err(Error::Invalid(fields)) => {
            let rules: Vec<String> =
                fields.iter().map(|field| format!("{}: {}", field.field, field.rule)).collect();
            Err(Error::refused(Kind::Bad, rules.join(" ")))
        }
        done => done,
    }
}
