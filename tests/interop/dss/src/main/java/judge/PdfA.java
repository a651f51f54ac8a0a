package judge;

import java.io.File;
import java.util.List;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * What veraPDF finds in a file that says it is PDF/A, against the part and level that it claims. It takes a file
 * that claims none for PDF/A-1b.
 */
final class PdfA {
    /** One failure of each rule is named, so that none hides behind another's many. */
    private static final int FAILURES_PER_RULE = 1;

    static {
        VeraGreenfieldFoundryProvider.initialise();
    }

    private PdfA() {}

    static String check(File file) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, PDFAFlavour.NO_FLAVOUR)) {
            List<PDFAFlavour> claimed = parser.getFlavours();
            PDFAFlavour flavour = claimed.stream().filter(one -> one.getPart().getFamily() == PDFAFlavour.SpecificationFamily.PDF_A).findFirst().orElse(null);
            if (flavour == null) {
                return Json.object().raw("claims", "null").toString();
            }
            try (PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, FAILURES_PER_RULE, false, false, false)) {
                return found(flavour, validator.validate(parser));
            }
        }
    }

    private static String found(PDFAFlavour flavour, ValidationResult result) {
        TreeSet<String> failed = new TreeSet<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                failed.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber() + " " + assertion.getMessage());
            }
        }
        return Json.object()
                .put("claims", flavour.getId())
                .put("conforms", result.isCompliant())
                .strings("failed", List.copyOf(failed))
                .toString();
    }
}
