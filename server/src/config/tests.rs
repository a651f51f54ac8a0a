use super::sources::File;
use super::*;

fn file(text: &str) -> Result<File, toml::de::Error> {
    toml::from_str(text)
}

fn resolve(args: &ConfigArgs, listen: &ListenArgs) -> Result<Config, ConfigError> {
    Config::resolve(args, listen, &Environment::default())
}

#[test]
fn unknown_keys_are_refused() {
    assert!(file("listn = \"127.0.0.1:1\"").is_err());
    assert!(file("listen = \"127.0.0.1:1\"").is_ok());
}

#[test]
fn the_command_line_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trien.toml");
    std::fs::write(&path, "listen = \"127.0.0.1:1\"\norigin = [\"https://a.vn\"]").unwrap();
    let args = ConfigArgs { config: Some(path), ..ConfigArgs::default() };
    let config = resolve(&args, &ListenArgs::default()).unwrap();
    assert_eq!(config.listen.port(), 1);
    assert_eq!(config.origin().as_str(), "https://a.vn");
    let listen =
        ListenArgs { listen: Some("127.0.0.1:2".parse().unwrap()), ..ListenArgs::default() };
    assert_eq!(resolve(&args, &listen).unwrap().listen.port(), 2);
}

#[test]
fn what_init_leaves_behind_is_read_by_later_commands() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let first = ConfigArgs {
        data: Some(data.clone()),
        origins: vec!["https://ky.x.gov.vn".into()],
        pins: vec![Sha256::of(b"key")],
        ..ConfigArgs::default()
    };
    let first = resolve(&first, &ListenArgs::default()).unwrap();
    std::fs::write(data.join(OWN_FILE), first.to_own_toml()).unwrap();
    let later = ConfigArgs { data: Some(data), ..ConfigArgs::default() };
    let later = resolve(&later, &ListenArgs::default()).unwrap();
    assert_eq!(later.origin().as_str(), "https://ky.x.gov.vn");
    assert_eq!(later.pins, first.pins);
}

#[test]
fn plain_http_stays_on_loopback() {
    let listen =
        ListenArgs { listen: Some("0.0.0.0:80".parse().unwrap()), ..ListenArgs::default() };
    let config = resolve(&ConfigArgs::default(), &listen).unwrap();
    assert!(matches!(config.check_exposure(), Err(ConfigError::PlainHttp(_))));
    let listen = ListenArgs { behind_proxy: true, ..listen };
    let config = resolve(&ConfigArgs::default(), &listen).unwrap();
    assert!(matches!(config.check_exposure(), Err(ConfigError::NoOrigin)));
    let args = ConfigArgs { origins: vec!["https://ky.x.gov.vn".into()], ..ConfigArgs::default() };
    assert!(resolve(&args, &listen).unwrap().check_exposure().is_ok());
}

#[test]
fn a_proxy_on_this_machine_is_believed_unless_others_are_named() {
    let args = ConfigArgs { origins: vec!["https://ky.x.gov.vn".into()], ..ConfigArgs::default() };
    let listen = ListenArgs { behind_proxy: true, ..ListenArgs::default() };
    let config = resolve(&args, &listen).unwrap();
    let shown = config.to_redacted_toml();
    assert!(shown.contains("proxy = [\"127.0.0.0/8\", \"::1/128\"]"), "{shown}");
    let proxies = vec!["10.1.2.3".parse().unwrap()];
    let alone = ListenArgs { proxies, ..ListenArgs::default() };
    assert!(matches!(resolve(&args, &alone), Err(ConfigError::ProxyAlone)));
    let config = resolve(&args, &ListenArgs { behind_proxy: true, ..alone }).unwrap();
    let shown = config.to_redacted_toml();
    assert!(shown.contains("proxy = [\"10.1.2.3/32\"]"), "{shown}");
    assert!(file("proxy = [\"10.1.0.0/16\"]").is_ok());
    for wrong in ["10.1.0.0/33", "::1/129", "10.1.0.0/", "proxy", "10.1.0.0/-1"] {
        assert!(file(&format!("proxy = [\"{wrong}\"]")).is_err(), "{wrong}");
    }
    let all: Cidr = "0.0.0.0/0".parse().unwrap();
    assert!(all.holds([1, 2, 3, 4].into()) && !all.holds("::1".parse().unwrap()));
}

#[test]
fn a_secret_comes_from_a_file_and_is_never_printed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("url");
    std::fs::write(&path, "postgres://u:hunter2@h/d\n").unwrap();
    let args = ConfigArgs { database_url_file: Some(path), ..ConfigArgs::default() };
    let config = resolve(&args, &ListenArgs::default()).unwrap();
    assert_eq!(config.database_url.as_ref().unwrap().reveal(), "postgres://u:hunter2@h/d");
    assert!(!config.to_redacted_toml().contains("hunter2"));
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn keys_are_judged_with_all_that_it_needs_or_not_at_all() {
    let digest = Sha256::of(b"signer");
    let written = format!(
        "attestation-package = \"vn.trien.app\"\nattestation-signer = [\"{digest}\"]\n\
         attestation-roots = \"/etc/roots.json\"\nattestation-status-list = \"/etc/s.json\"\n\
         attestation-patch-level = \"2025-06\"\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trien.toml");
    let args = ConfigArgs { config: Some(path.clone()), ..ConfigArgs::default() };
    let listen = ListenArgs::default();
    std::fs::write(&path, &written).unwrap();
    let config = resolve(&args, &listen).unwrap();
    let settings = config.attestation.as_ref().unwrap();
    assert_eq!(settings.signers, [digest]);
    for line in written.lines() {
        assert!(config.to_redacted_toml().contains(line), "{line}");
        std::fs::write(&path, written.replace(line, "")).unwrap();
        let resolved = resolve(&args, &listen);
        if line.starts_with("attestation-patch-level") {
            assert_eq!(resolved.unwrap().attestation.unwrap().minimum_patch_level, None);
        } else {
            assert!(matches!(resolved, Err(ConfigError::HalfAttestation)), "{line}");
        }
    }
    std::fs::write(&path, written.replace("2025-06", "2025-13")).unwrap();
    assert!(matches!(resolve(&args, &listen), Err(ConfigError::Toml { .. })));
    std::fs::write(&path, "").unwrap();
    assert_eq!(resolve(&args, &listen).unwrap().attestation, None);
}

#[test]
fn origins_are_compared_without_case_and_default_port() {
    let origin = Origin::parse("HTTPS://Ky.X.gov.vn:443/").unwrap();
    assert_eq!(origin.as_str(), "https://ky.x.gov.vn");
    assert_eq!(origin.authority(), "ky.x.gov.vn");
    for wrong in ["ky.x.gov.vn", "ftp://x", "https://x/path", "https://u@x", ""] {
        assert!(Origin::parse(wrong).is_err(), "{wrong}");
    }
}

/// The example of a guide.
fn sample(guide: &str) -> &str {
    let (_, after) = guide.split_once("```toml\n").expect("an example");
    after.split_once("```").expect("its end").0
}

#[test]
fn the_guides_example_of_a_provider_is_read() {
    let guides = [
        include_str!("../../../docs/administrators.md"),
        include_str!("../../../docs/quan-tri.md"),
    ];
    assert_eq!(sample(guides[0]), sample(guides[1]));
    let folder = tempfile::tempdir().unwrap();
    let (path, secret) = (folder.path().join("trien.toml"), folder.path().join("oidc-secret"));
    std::fs::write(&secret, "hunter2\n").unwrap();
    let written = sample(guides[0]).replace("/etc/trien/oidc-secret", &secret.to_string_lossy());
    std::fs::write(&path, &written).unwrap();
    let args = ConfigArgs { config: Some(path.clone()), ..ConfigArgs::default() };
    let config = resolve(&args, &ListenArgs::default()).unwrap();
    let shown = config.to_redacted_toml();
    assert!(!shown.contains("hunter2") && !format!("{config:?}").contains("hunter2"));
    for line in written.lines() {
        assert!(shown.contains(line), "{line}: {shown}");
        std::fs::write(&path, written.replace(line, "")).unwrap();
        let resolved = resolve(&args, &ListenArgs::default());
        let needed = ["oidc-issuer", "oidc-client-id", "oidc-client-secret-file"];
        if needed.iter().any(|key| line.starts_with(key)) {
            assert!(matches!(resolved, Err(ConfigError::HalfOidc)), "{line}");
        } else {
            assert!(resolved.unwrap().oidc.is_some(), "{line}");
        }
    }
    for (from, to) in
        [("https://id.", "http://id."), ("\"ES256\"", "\"HS256\""), ("\"RS256\"", "\"none\"")]
    {
        std::fs::write(&path, written.replace(from, to)).unwrap();
        assert!(
            matches!(resolve(&args, &ListenArgs::default()), Err(ConfigError::Oidc(_))),
            "{to}"
        );
    }
    std::fs::write(&path, &written).unwrap();
    std::fs::write(&secret, "\n").unwrap();
    let empty = resolve(&args, &ListenArgs::default());
    assert!(matches!(empty, Err(ConfigError::HalfOidc)), "no secret is no secret");
}

#[test]
fn push_services_are_given_whole_and_their_keys_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("relay-key");
    std::fs::write(&key, "geheim-relay\n").unwrap();
    let push = PushArgs {
        hosts: vec!["ntfy.example.vn".parse().unwrap()],
        private: vec!["10.1.0.0/16".parse().unwrap()],
        relay: Some("https://relay.example.vn/".to_owned()),
        relay_key_file: Some(key),
        proxy: Some("http://user:geheim-proxy@proxy.example.vn:3128".to_owned()),
        ..PushArgs::default()
    };
    let listen = ListenArgs { push: push.clone(), ..ListenArgs::default() };
    let config = resolve(&ConfigArgs::default(), &listen).unwrap();
    let shown = config.to_redacted_toml();
    assert!(shown.contains("push-host = [\"ntfy.example.vn\"]"), "{shown}");
    assert!(!shown.contains("geheim") && !format!("{config:?}").contains("geheim"), "{shown}");
    let half = PushArgs { relay_key_file: None, ..push.clone() };
    let listen = ListenArgs { push: half, ..ListenArgs::default() };
    assert!(matches!(resolve(&ConfigArgs::default(), &listen), Err(ConfigError::HalfPush(_))));
    let plain = PushArgs { relay: Some("http://relay.example.vn/".to_owned()), ..push };
    let listen = ListenArgs { push: plain, ..ListenArgs::default() };
    assert!(matches!(resolve(&ConfigArgs::default(), &listen), Err(ConfigError::Push(_))));
    for wrong in ["push-host = [\"https://x\"]", "push-private = [\"x\"]", "push-hosts = []"] {
        assert!(file(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_offices_network_is_opened_to_webhooks_by_the_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trien.toml");
    std::fs::write(&path, "webhook-private = [\"10.20.0.0/16\"]").unwrap();
    let args = ConfigArgs { config: Some(path), ..ConfigArgs::default() };
    let config = resolve(&args, &ListenArgs::default()).unwrap();
    assert_eq!(config.deliver.private, ["10.20.0.0/16".parse().unwrap()]);
    let command = <ListenArgs as clap::Args>::augment_args(clap::Command::new("serve"));
    let named: Vec<_> = command.get_arguments().map(|option| option.get_id().as_str()).collect();
    assert!(named.contains(&"push_private"), "{named:?}");
    assert!(!named.iter().any(|name| name.starts_with("webhook")), "{named:?}");
}

#[test]
fn a_mail_relay_is_given_whole_in_the_file_and_its_password_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (path, secret) = (folder.path().join("trien.toml"), folder.path().join("mail-password"));
    std::fs::write(&secret, "hunter2\n").unwrap();
    let read = |lines: &str| {
        std::fs::write(&path, lines).unwrap();
        let args = ConfigArgs { config: Some(path.clone()), ..ConfigArgs::default() };
        resolve(&args, &ListenArgs::default())
    };
    let from = "mail-from = \"trien@so.gov.vn\"\n";
    let relay = "mail-relay = \"smtps://mail.so.gov.vn\"\n";
    let login = format!("mail-user = \"trien\"\nmail-password-file = {secret:?}\n");
    let config = read(&format!("{from}{relay}{login}")).unwrap();
    let mail = config.mail.as_ref().unwrap();
    assert_eq!(mail.user.as_ref().unwrap().1.reveal(), "hunter2");
    let shown = config.to_redacted_toml();
    assert!(shown.contains("smtps://mail.so.gov.vn") && !shown.contains("hunter2"), "{shown}");
    assert!(read("").unwrap().mail.is_none());
    for half in [
        relay.to_owned(),
        from.to_owned(),
        login.clone(),
        format!("{from}{relay}mail-user = \"a\""),
    ] {
        assert!(matches!(read(&half), Err(ConfigError::HalfMail)), "{half}");
    }
    let within = format!("{from}mail-relay = \"smtps://trien:hunter2@mail.so.gov.vn\"");
    assert!(matches!(read(&within), Err(ConfigError::MailRelay)));
}
