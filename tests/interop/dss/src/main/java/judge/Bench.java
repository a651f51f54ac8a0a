package judge;

import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.ToBeSigned;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.token.DSSPrivateKeyEntry;
import eu.europa.esig.dss.token.Pkcs12SignatureToken;
import java.io.File;
import java.nio.file.Files;
import java.security.KeyStore.PasswordProtection;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** How long DSS takes for what our core does: revision, attributes, P-256 signature, its check, CMS embedded. */
final class Bench {
    private static final int WARM_UPS = 30;

    private Bench() {}

    static String sign(File file, File keys, int rounds, boolean checked) throws Exception {
        byte[] base = Files.readAllBytes(file.toPath());
        List<Long> nanoseconds = new ArrayList<>();
        try (Pkcs12SignatureToken token = new Pkcs12SignatureToken(keys, new PasswordProtection("bench".toCharArray()))) {
            DSSPrivateKeyEntry key = token.getKeys().get(0);
            PAdESService service = new PAdESService(new CommonCertificateVerifier());
            for (int round = -WARM_UPS; round < rounds; round++) {
                long start = System.nanoTime();
                signOnce(base, token, key, service, checked);
                if (round >= 0) {
                    nanoseconds.add(System.nanoTime() - start);
                }
            }
        }
        return Json.object().raw("nanoseconds", nanoseconds.toString()).toString();
    }

    private static DSSDocument signOnce(
            byte[] base, Pkcs12SignatureToken token, DSSPrivateKeyEntry key, PAdESService service, boolean checked) {
        PAdESSignatureParameters parameters = new PAdESSignatureParameters();
        parameters.setSignatureLevel(SignatureLevel.PAdES_BASELINE_B);
        parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
        parameters.setSigningCertificate(key.getCertificate());
        parameters.setCertificateChain(key.getCertificateChain());
        parameters.bLevel().setSigningDate(new Date());
        DSSDocument document = new InMemoryDocument(base, "base.pdf");
        ToBeSigned attributes = service.getDataToSign(document, parameters);
        SignatureValue signature = token.sign(attributes, DigestAlgorithm.SHA256, key);
        if (checked && !service.isValidSignatureValue(attributes, signature, key.getCertificate())) {
            throw new IllegalStateException("the key's answer does not verify");
        }
        return service.signDocument(document, parameters, signature);
    }
}
