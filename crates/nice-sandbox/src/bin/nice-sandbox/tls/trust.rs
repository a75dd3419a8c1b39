//! How to use the sandbox at NICE's own addresses, and how to be rid of it again.

use std::path::Path;

use super::{INTEGRATED, STANDARD_WINDOW, certificate::Certificate};

pub(super) fn how_to_use(certificate: &Certificate, folder: &Path) -> String {
    let ca = certificate.ca.display();
    format!(
        "Clients of NICE need no change. In /etc/hosts, or as aliases of a network of compose:\n\n  \
           127.0.0.1 {}\n  \
           127.0.0.1 {}\n\n\
         Trust its CA in one process. It is made on this machine, good for NICE's hosts alone\n\
         and for 30 days at most, and its key is gone:\n\n  \
           curl      curl --cacert {ca} …\n  \
           Node.js   NODE_EXTRA_CA_CERTS={ca} node …\n  \
           Python    SSL_CERT_FILE={ca} python …; of requests REQUESTS_CA_BUNDLE={ca}\n  \
           Java      rm -f nice-sandbox.p12; keytool -importcert -noprompt -alias nice-sandbox \\\n            \
                       -file {ca} -keystore nice-sandbox.p12 -storetype PKCS12 -storepass changeit\n            \
                     java -Djavax.net.ssl.trustStore=nice-sandbox.p12 \\\n            \
                       -Djavax.net.ssl.trustStorePassword=changeit …\n  \
           Chromium  chromium --user-data-dir=/tmp/nice-sandbox-chromium \\\n            \
                       --ignore-certificate-errors-spki-list={pin}\n  \
           member-verification  NICE_CA_FILE={ca}\n\n\
         To remove it: delete the lines of /etc/hosts, {folder} and nice-sandbox.p12. Where\n\
         you have put it into a store of the machine, take it out there: certutil -D -n NAME\n\
         -d sql:$HOME/.pki/nssdb; or delete it in /usr/local/share/ca-certificates and run\n\
         update-ca-certificates --fresh.\n",
        STANDARD_WINDOW.join(" "),
        INTEGRATED.join(" "),
        pin = certificate.pin,
        folder = folder.display(),
    )
}
