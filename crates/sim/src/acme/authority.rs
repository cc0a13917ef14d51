//! The authority: a key of its own, and what it signs.

use facts::Time;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType, SerialNumber, date_time_ymd,
};
use std::time::Duration;

pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, in DER.
    pub(super) root: Vec<u8>,
    pem: String,
}

impl Authority {
    pub(super) fn new() -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Simulated authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let own = params.self_signed(&key)?;
        Ok(Self { root: own.der().to_vec(), pem: own.pem(), issuer: Issuer::new(params, key) })
    }

    /// A request that is for this name and no other, signed by the key that it is for.
    pub(super) fn read(csr: &[u8], name: &str) -> Result<CertificateSigningRequestParams, String> {
        let csr = CertificateSigningRequestParams::from_der(&csr.into()).map_err(|error| error.to_string())?;
        let [SanType::DnsName(asked)] = csr.params.subject_alt_names.as_slice() else {
            return Err("the request must name one DNS name".to_owned());
        };
        if asked.as_str() != name {
            return Err(format!("the request is for {} and the order for {name}", asked.as_str()));
        }
        if csr.params.distinguished_name.iter().next().is_some() {
            return Err("the subject must be empty".to_owned());
        }
        Ok(csr)
    }

    /// Signs; the chain as PEM, leaf first.
    pub(super) fn sign(
        &self,
        mut csr: CertificateSigningRequestParams,
        serial: u64,
        from: Time,
        good_for: Duration,
    ) -> Result<String, rcgen::Error> {
        let since = |time: Time| date_time_ymd(1970, 1, 1) + Duration::from_secs(u64::try_from(time.seconds()).unwrap_or(0));
        csr.params.not_before = since(from);
        csr.params.not_after = since(from.after(good_for));
        csr.params.serial_number = Some(SerialNumber::from(serial));
        csr.params.is_ca = IsCa::NoCa;
        csr.params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        csr.params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = csr.signed_by(&self.issuer)?;
        Ok(format!("{}{}", leaf.pem(), self.pem))
    }
}
