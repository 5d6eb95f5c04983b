package mx.difusor.agent.config;

import java.util.List;
import mx.difusor.agent.config.Section.Placed;
import mx.difusor.agent.model.Digest;

/** {@code trust}: whose signatures count, and how many it takes. */
final class TrustReader {

    private static final int MAX_THRESHOLD = 16;

    private TrustReader() {}

    static Config.Trust read(Section root, HomePaths paths, Problems problems) {
        Section section = root.section("trust", "threshold", "cms", "openpgp");
        Section cmsSection = section.section("cms", "anchors", "signers", "crls");
        Section openPgpSection = section.section("openpgp", "keyrings");
        Config.Cms cms = new Config.Cms(
                paths.files(cmsSection, "anchors"),
                cmsSection.list("signers", Form.FINGERPRINT).stream()
                        .map(Placed::value)
                        .distinct()
                        .toList(),
                paths.files(cmsSection, "crls"));
        Config.OpenPgp openpgp = new Config.OpenPgp(paths.files(openPgpSection, "keyrings"));
        int threshold = section.orDefault("threshold", Form.wholeNumber(1, MAX_THRESHOLD), 1);
        if (cmsSection.isEmptyList("anchors") && openPgpSection.isEmptyList("keyrings")) {
            problems.add(section.at(), "no-trust");
        }
        reachable(section, threshold, cms.signers(), openPgpSection, problems);
        return new Config.Trust(threshold, cms, openpgp);
    }

    /** Where only pinned certificates sign, more signers than certificates can never come together. */
    private static void reachable(
            Section section, int threshold, List<Digest> signers, Section openPgpSection, Problems problems) {
        if (!signers.isEmpty() && threshold > signers.size() && openPgpSection.isEmptyList("keyrings")) {
            problems.add(section.at("threshold"), "threshold-unreachable", threshold, signers.size());
        }
    }
}
