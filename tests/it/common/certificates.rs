//! Certificates of mail servers, good ones and others.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use std::sync::Arc;

/// Somebody who signs certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate, as it lies on the disks of those who trust it.
    pub pem: String,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// What a server of this name shows.
    pub fn sign(&self, name: &str) -> Arc<ServerConfig> {
        self.sign_params(params(name))
    }

    /// The same, and it was good until 2020.
    pub fn sign_expired(&self, name: &str) -> Arc<ServerConfig> {
        let mut params = params(name);
        params.not_after = date_time_ymd(2020, 1, 1);
        self.sign_params(params)
    }

    fn sign_params(&self, params: CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        config(certificate.der(), &key)
    }
}

/// What a server of this name shows that nobody knows.
pub fn self_signed(name: &str) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    config(params(name).self_signed(&key).unwrap().der(), &key)
}

/// The same as `openssl req -x509` makes it: it could sign others.
pub fn self_signed_authority(name: &str) -> Arc<ServerConfig> {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    config(params.self_signed(&key).unwrap().der(), &key)
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

fn config(certificate: &CertificateDer<'static>, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.into());
    Arc::new(config.unwrap())
}
