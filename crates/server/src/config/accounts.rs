//! Signing up and signing in.

use linnet_contract::http::Registration;

use super::{
    Server, parse,
    setting::{ConfigError, Setting, Shape},
};

/// The section `[accounts]`.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// Who may sign up.
    pub registration: Registration,
    /// The key of the access tokens, where it is not the one in the data folder.
    pub jwt_secret: Option<Secret>,
    /// When cookies are `Secure`.
    pub secure_cookies: SecureCookies,
    /// Failed sign-ins for one account in a quarter of an hour.
    pub login_failures_per_account: u32,
    /// Failed sign-ins from one address in a quarter of an hour.
    pub login_failures_per_address: u32,
    /// Sign-ins of one account in a quarter of an hour.
    pub logins_per_account: u32,
    /// Refreshes of one account, on all its devices, in a quarter of an hour.
    pub refreshes_per_account: u32,
    /// Devices that one account may be signed in on.
    pub devices_per_account: u32,
    /// New accounts from one address in an hour.
    pub registrations_per_address: u32,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            registration: Registration::Closed,
            jwt_secret: None,
            secure_cookies: SecureCookies::Auto,
            login_failures_per_account: 0,
            login_failures_per_address: 0,
            logins_per_account: 0,
            refreshes_per_account: 0,
            devices_per_account: 0,
            registrations_per_address: 0,
        }
    }
}

/// Bytes that must not be seen: they print as a placeholder.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// When cookies carry the `Secure` attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecureCookies {
    /// When the request came by https, or the public address is https.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Bytes of `JWT_SECRET` at least: as many as the hash of HS256 has (RFC 7518, section 3.2).
const SECRET_BYTES: usize = 32;

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "LINNET_REGISTRATION",
        section: "accounts",
        key: "registration",
        default: "open",
        shape: Shape::Text,
        doc: "Who may sign up: open (anyone), invite (who has an invite) or closed (nobody). The first account of a new \
              server can always be made, and becomes its admin.",
        set: |config, text| {
            let words = [
                ("open", Registration::Open),
                ("invite", Registration::Invite),
                ("closed", Registration::Closed),
            ];
            config.accounts.registration = parse::word(text, &words)?;
            Ok(())
        },
    },
    Setting {
        env: "JWT_SECRET",
        section: "accounts",
        key: "jwt_secret",
        default: "",
        shape: Shape::Secret,
        doc: "The key that signs access tokens, at least 32 bytes. When empty, one is made on the first start and kept \
              in the data folder. Several nodes need the same one.",
        set: |config, text| {
            if !text.is_empty() && text.len() < SECRET_BYTES {
                return Err(format!(
                    "must be at least {SECRET_BYTES} bytes long, this one has {}",
                    text.len()
                ));
            }
            config.accounts.jwt_secret = (!text.is_empty()).then(|| Secret(text.as_bytes().to_vec()));
            Ok(())
        },
    },
    Setting {
        env: "LINNET_SECURE_COOKIES",
        section: "accounts",
        key: "secure_cookies",
        default: "auto",
        shape: Shape::Text,
        doc: "When cookies are Secure, that is sent over https only: auto (when the request came by https, or \
              LINNET_PUBLIC_URL is https), always or never.",
        set: |config, text| {
            let words = [
                ("auto", SecureCookies::Auto),
                ("always", SecureCookies::Always),
                ("never", SecureCookies::Never),
            ];
            config.accounts.secure_cookies = parse::word(text, &words)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_LOGIN_FAILURES_PER_ACCOUNT",
        section: "accounts",
        key: "login_failures_per_account",
        default: "10",
        shape: Shape::Number,
        doc: "Failed sign-ins for one username in 15 minutes, after which it has to wait.",
        set: |config, text| {
            config.accounts.login_failures_per_account = parse::number(text, 1..=1_000_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_LOGIN_FAILURES_PER_ADDRESS",
        section: "accounts",
        key: "login_failures_per_address",
        default: "50",
        shape: Shape::Number,
        doc: "Failed sign-ins, and refresh tokens that are none, from one address (one /64 of IPv6) in 15 minutes, \
              after which it has to wait.",
        set: |config, text| {
            config.accounts.login_failures_per_address = parse::number(text, 1..=1_000_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_LOGINS_PER_ACCOUNT",
        section: "accounts",
        key: "logins_per_account",
        default: "60",
        shape: Shape::Number,
        doc: "Sign-ins of one account in 15 minutes, after which it has to wait. Each costs a password hash and a device.",
        set: |config, text| {
            config.accounts.logins_per_account = parse::number(text, 1..=1_000_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_REFRESHES_PER_ACCOUNT",
        section: "accounts",
        key: "refreshes_per_account",
        default: "300",
        shape: Shape::Number,
        doc: "Times that the devices of one account may renew their tokens in 15 minutes, after which they have to wait. \
              A device needs to once.",
        set: |config, text| {
            config.accounts.refreshes_per_account = parse::number(text, 1..=1_000_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_DEVICES_PER_ACCOUNT",
        section: "accounts",
        key: "devices_per_account",
        default: "50",
        shape: Shape::Number,
        doc: "Devices that one account may be signed in on. One more signs the least recently used one out.",
        set: |config, text| {
            config.accounts.devices_per_account = parse::number(text, 1..=1_000)?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_REGISTRATIONS_PER_ADDRESS",
        section: "accounts",
        key: "registrations_per_address",
        default: "200",
        shape: Shape::Number,
        doc: "New accounts from one address (one /64 of IPv6) in an hour, after which it has to wait.",
        set: |config, text| {
            config.accounts.registrations_per_address = parse::number(text, 1..=1_000_000)?;
            Ok(())
        },
    },
];

impl Accounts {
    /// Rules between the settings of this section and that of the server.
    pub(super) fn validate(&self, server: &Server) -> Result<(), ConfigError> {
        if self.secure_cookies == SecureCookies::Never && server.public_is_https() {
            return Err(ConfigError(
                "LINNET_SECURE_COOKIES must not be never while LINNET_PUBLIC_URL is https.".to_owned(),
            ));
        }
        Ok(())
    }
}
