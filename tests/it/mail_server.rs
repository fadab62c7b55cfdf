//! The way to the mail server: each that the configuration offers, and what is refused on it.

use crate::common::{
    Server,
    certificates::{Authority, self_signed, self_signed_authority},
    letters::{Letters, Way},
    people::Person,
    program::{Program, prepare},
    until,
};
use kiosque::{
    clock::Clock,
    config::{Config, MailSecurity},
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

const TEST: &str = "/api/v1/server/mail/test";
const PASSWORD: &str = "a word between machines";
/// Leads to this machine too, and is not known for it: here certificates are looked at.
const STRANGER: &str = "0.0.0.0";

/// A server that sends to these letters.
async fn sending_to(letters: &Letters, security: MailSecurity, host: &str, login: bool) -> Server {
    let change = |config: &mut Config| {
        letters.configure(config);
        config.mail.host = Some(host.to_owned());
        config.mail.security = security;
        if login {
            config.mail.username = Some("kiosque".to_owned());
            config.mail.password = Some(PASSWORD.to_owned());
        }
    };
    Server::start_in(tempfile::tempdir().unwrap(), Clock::system(), change).await
}

async fn refusal(answer: Response) -> (u16, String, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (status, text("code"), text("detail"))
}

/// What the page of health says of the mail server.
async fn health(admin: &Person) -> Value {
    let health = admin.json("/api/v1/server/health").await;
    health["findings"].as_array().unwrap().iter().find(|one| one["id"] == "mail").unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_go_by_each_way_that_can_be_configured() {
    let letters = Letters::start();
    // A server on this machine may show what it has.
    let config = self_signed("mail.example.org");
    for (security, way) in [
        (MailSecurity::None, Way::Plain),
        (MailSecurity::Starttls, Way::Starttls(config.clone())),
        (MailSecurity::Tls, Way::Tls(config)),
    ] {
        let encrypted = security != MailSecurity::None;
        letters.protect(way);
        let server = sending_to(&letters, security, "localhost", false).await;
        let admin = server.admin().await;
        assert_eq!(admin.post(TEST, &json!({})).await.status(), 200, "{security:?}");
        let letter = letters.to("admin@example.org").await;
        assert_eq!((letter.encrypted, letter.login), (encrypted, None), "{security:?}");
        assert_eq!(health(&admin).await["code"], "answers", "{security:?}");
        let readable = letters.readable();
        match security {
            MailSecurity::None => assert!(readable.iter().any(|line| line.starts_with("RCPT"))),
            MailSecurity::Tls => assert!(readable.is_empty(), "{readable:?}"),
            MailSecurity::Starttls => {
                let verbs: Vec<_> = readable.iter().filter_map(|line| line.split(' ').next()).collect();
                assert_eq!(verbs, ["EHLO", "STARTTLS", "EHLO", "STARTTLS"], "{readable:?}");
            }
        }
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_password_are_given_behind_the_encryption_only() {
    let letters = Letters::start();
    letters.let_in("kiosque", PASSWORD);
    let config = self_signed("mail.example.org");
    for (security, way) in
        [(MailSecurity::Starttls, Way::Starttls(config.clone())), (MailSecurity::Tls, Way::Tls(config))]
    {
        letters.protect(way);
        let server = sending_to(&letters, security, "127.0.0.1", true).await;
        let admin = server.admin().await;
        assert_eq!(admin.post(TEST, &json!({})).await.status(), 200, "{security:?}");
        let letter = letters.to("admin@example.org").await;
        let login = Some(("kiosque".to_owned(), PASSWORD.to_owned()));
        assert_eq!((letter.encrypted, letter.login), (true, login), "{security:?}");

        letters.let_in("kiosque", "another");
        let (status, code, detail) = refusal(admin.post(TEST, &json!({})).await).await;
        assert_eq!((status, code.as_str()), (422, "mail-login"), "{detail}");
        assert_eq!(health(&admin).await["code"], "login");
        letters.let_in("kiosque", PASSWORD);
        assert!(!letters.readable().iter().any(|line| line.starts_with("AUTH")));

        // The same server without encryption, as somebody between the two would have it.
        letters.protect(Way::Plain);
        let (status, code, detail) = refusal(admin.post(TEST, &json!({})).await).await;
        assert_eq!((status, code.as_str()), (422, "mail-tls"), "{detail}");
        assert_eq!(health(&admin).await["code"], "tls");
        let readable = letters.readable();
        let told = |line: &String| line.starts_with("AUTH") || line.starts_with("MAIL");
        assert!(!readable.iter().any(told), "{readable:?}");
        assert!(letters.all().is_empty());
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_waits_until_the_certificate_is_good() {
    let letters = Letters::start();
    letters.protect(Way::Starttls(self_signed(STRANGER)));
    letters.let_in("kiosque", PASSWORD);
    let server = sending_to(&letters, MailSecurity::Starttls, STRANGER, true).await;
    let admin = server.admin().await;
    server.user("anne").await;
    server.post("/api/v1/users/ask-reset-password", &json!({"email": "anne@example.org"})).await;
    let waiting = until("the letter to be put back", || async {
        admin.json("/api/v1/jobs/delayed").await["data"].as_array().unwrap().first().cloned()
    })
    .await;
    assert_eq!(waiting["reasonCode"], "mail-certificate", "{waiting}");
    assert_eq!(waiting["reason"], "The certificate of the mail server cannot be trusted.");
    let finding = health(&admin).await;
    assert_eq!(finding["code"], "certificate", "{finding}");
    assert!(finding["detail"].as_str().unwrap().contains("nobody whom this machine trusts"), "{finding}");
    assert!(letters.all().is_empty());
    assert!(!letters.readable().iter().any(|line| line.starts_with("AUTH")));
    server.stop_whatever_failed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_must_be_for_the_name_of_today_and_from_somebody_who_is_trusted() {
    let (letters, authority, dir) = (Letters::start(), Authority::new(), prepare());
    let trusted = dir.path().join("trusted.pem");
    std::fs::write(&trusted, &authority.pem).unwrap();
    for security in ["tls", "starttls"] {
        let environment = [
            ("SSL_CERT_FILE", trusted.display().to_string()),
            ("KIOSQUE_MAIL__HOST", STRANGER.to_owned()),
            ("KIOSQUE_MAIL__PORT", letters.port().to_string()),
            ("KIOSQUE_MAIL__SECURITY", security.to_owned()),
            ("KIOSQUE_MAIL__FROM", "kiosque@example.org".to_owned()),
        ];
        let program = Program::start_with(dir.path(), &environment).await;
        let test = || async { program.request(Method::POST, TEST).json(&json!({})).send().await.unwrap() };
        let protect = |config| {
            letters.protect(if security == "tls" { Way::Tls(config) } else { Way::Starttls(config) });
        };
        for (config, why) in [
            (self_signed(STRANGER), "nobody whom this machine trusts has signed it"),
            (self_signed_authority(STRANGER), "nobody whom this machine trusts has signed it"),
            // Somebody who goes by the same name.
            (Authority::new().sign(STRANGER), "nobody whom this machine trusts has signed it"),
            (authority.sign("mail.example.org"), "it is for another name than this server's"),
            (authority.sign_expired(STRANGER), "it is out of date, or the clock of this machine is wrong"),
        ] {
            protect(config);
            let (status, code, detail) = refusal(test().await).await;
            assert_eq!((status, code.as_str()), (422, "mail-certificate"), "{security}: {detail}");
            let begin = format!("the mail server's certificate cannot be trusted: {why} (");
            assert!(detail.starts_with(&begin), "{security}: {detail}");
        }
        assert!(letters.all().is_empty());
        protect(authority.sign(STRANGER));
        let answer = test().await;
        assert_eq!(answer.status(), 200, "{security}: {}", answer.text().await.unwrap());
        assert!(letters.to("alice@example.org").await.encrypted);
        program.terminate().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_waits_for_encryption_is_not_waited_for() {
    let letters = Letters::start();
    letters.protect(Way::Tls(self_signed("localhost")));
    let server = sending_to(&letters, MailSecurity::Starttls, "localhost", false).await;
    let finding = health(&server.admin().await).await;
    assert_eq!(finding["code"], "silent", "{finding}");
    let detail = finding["detail"].as_str().unwrap();
    assert!(detail.contains("it stays silent; does the port go with the encryption?"), "{detail}");
    server.stop().await;
}
