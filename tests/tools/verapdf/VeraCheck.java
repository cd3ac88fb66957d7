import java.io.File;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/** Validates files against veraPDF's profiles: {@code VeraCheck ua1,2a FILE...}; ends with 1 when any file fails. */
public class VeraCheck {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean conformant = arguments.length > 1;
        for (int at = 1; at < arguments.length; at++) {
            for (String flavour : arguments[0].split(",")) {
                conformant &= check(new File(arguments[at]), flavour);
            }
        }
        System.exit(conformant ? 0 : 1);
    }

    private static boolean check(File file, String flavour) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, PDFAFlavour.byFlavourId(flavour))) {
            ValidationResult result = Foundries.defaultInstance().createValidator(profile(flavour), false).validate(parser);
            Map<String, String> failed = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                    failed.putIfAbsent(rule, assertion.getMessage());
                }
            }
            System.out.println(file.getName() + " " + flavour + " " + (result.isCompliant() ? "PASS" : "FAIL")
                    + " (" + result.getTotalAssertions() + " checks)");
            failed.forEach((rule, message) -> System.out.println("  " + rule + ": " + message.replaceAll("\\s+", " ")));
            return result.isCompliant();
        } catch (Throwable fault) {
            System.out.println(file.getName() + " " + flavour + " ERROR " + fault);
            return false;
        }
    }

    private static ValidationProfile profile(String flavour) throws Exception {
        String name = flavour.startsWith("ua") ? "PDFUA-" + flavour.substring(2) : "PDFA-" + flavour.toUpperCase();
        String path = "org/verapdf/pdfa/validation/" + name + ".xml";
        try (InputStream stream = VeraCheck.class.getClassLoader().getResourceAsStream(path)) {
            return Profiles.profileFromXml(stream);
        }
    }
}
