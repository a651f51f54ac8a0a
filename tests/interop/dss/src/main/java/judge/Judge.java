package judge;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlObjectModification;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.pdf.IPdfObjFactory;
import eu.europa.esig.dss.pdf.modifications.DefaultPdfDifferencesFinder;
import eu.europa.esig.dss.pdf.pdfbox.PdfBoxDefaultObjectFactory;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads one order per line and answers each with one line of JSON, so that one warm JVM serves a whole run.
 *
 * <pre>
 * validate TAB file TAB root.pem TAB crl,crl,… TAB pages that are compared as pictures
 * pdfa     TAB file
 * sign     TAB file TAB person.p12 TAB rounds
 * </pre>
 *
 * Nothing is fetched: trust and revocation are exactly the files named in the order.
 */
public final class Judge {
    private Judge() {}

    public static void main(String[] arguments) throws Exception {
        // Libraries may print; only answers belong on the pipe.
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            answers.println(answer(order.split("\t", -1)));
        }
        // The libraries leave threads of their own behind.
        System.exit(0);
    }

    private static String answer(String[] order) {
        try {
            return switch (order[0]) {
                case "validate" -> validate(new File(order[1]), new File(order[2]), order[3], Integer.parseInt(order[4]));
                case "pdfa" -> PdfA.check(new File(order[1]));
                case "sign" -> Bench.sign(new File(order[1]), new File(order[2]), Integer.parseInt(order[3]), false);
                case "sign-checked" -> Bench.sign(new File(order[1]), new File(order[2]), Integer.parseInt(order[3]), true);
                default -> Json.object().put("error", "unknown order " + order[0]).toString();
            };
        } catch (Exception | StackOverflowError | OutOfMemoryError error) {
            return Json.object().put("error", String.valueOf(error)).toString();
        }
    }

    private static String validate(File file, File root, String crls, int pages) {
        CommonTrustedCertificateSource trust = new CommonTrustedCertificateSource();
        trust.addCertificate(DSSUtils.loadCertificate(root));
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trust);
        verifier.setAIASource(null);
        verifier.setOcspSource(null);
        if (!crls.isEmpty()) {
            FileDocument[] lists = java.util.Arrays.stream(crls.split(",")).map(FileDocument::new).toArray(FileDocument[]::new);
            verifier.setCrlSource(new ExternalResourcesCRLSource(lists));
        }
        PDFDocumentValidator validator = new PDFDocumentValidator(new FileDocument(file));
        validator.setCertificateVerifier(verifier);
        validator.setPdfObjFactory(compare(pages));
        Reports reports = validator.validateDocument();
        List<String> signatures = new ArrayList<>();
        for (String id : reports.getSimpleReport().getSignatureIdList()) {
            signatures.add(signature(id, reports.getSimpleReport(), reports.getDiagnosticData()));
        }
        return Json.object().raw("signatures", "[" + String.join(",", signatures) + "]").toString();
    }

    /** Drawing every page twice takes most of DSS's time; a file with more pages than this is not drawn. */
    private static IPdfObjFactory compare(int pages) {
        DefaultPdfDifferencesFinder differences = new DefaultPdfDifferencesFinder();
        differences.setMaximalPagesAmountForVisualComparison(pages);
        PdfBoxDefaultObjectFactory factory = new PdfBoxDefaultObjectFactory();
        factory.setPdfDifferencesFinder(differences);
        return factory;
    }

    private static String signature(String id, SimpleReport simple, DiagnosticData diagnostic) {
        SignatureWrapper signature = diagnostic.getSignatureById(id);
        Json json = Json.object()
                .put("indication", String.valueOf(simple.getIndication(id)))
                .put("subindication", String.valueOf(simple.getSubIndication(id)))
                .put("level", String.valueOf(simple.getSignatureFormat(id)))
                .put("intact", signature.isSignatureIntact())
                .strings("errors", messages(simple.getAdESValidationErrors(id)))
                .strings("warnings", messages(simple.getAdESValidationWarnings(id)));
        PDFRevisionWrapper revision = signature.getPDFRevision();
        if (revision != null) {
            json.strings("fields", revision.getSignatureFieldNames())
                    .raw("byte_range", String.valueOf(revision.getSignatureByteRange()))
                    .strings("undefined_changes", changes(revision.getPdfUndefinedChanges()))
                    .strings("annotation_changes", changes(revision.getPdfAnnotationChanges()))
                    .strings("form_changes", changes(revision.getPdfSignatureOrFormFillChanges()))
                    .strings("extension_changes", changes(revision.getPdfExtensionChanges()))
                    .raw("visual_difference_pages", String.valueOf(revision.getPdfVisualDifferenceConcernedPages()))
                    .raw("overlapping_pages", String.valueOf(revision.getPdfAnnotationsOverlapConcernedPages()));
        }
        return json.toString();
    }

    private static List<String> messages(List<Message> messages) {
        return messages.stream().map(Message::getValue).collect(Collectors.toList());
    }

    private static List<String> changes(List<XmlObjectModification> changes) {
        return changes.stream()
                .map(change -> change.getAction() + " " + change.getValue())
                .collect(Collectors.toList());
    }
}
