package mx.difusor.agent.model;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Names that no setting of any difusor allows (contract, "A package", {@code kind}): what a server would run, hide or read
 * as its configuration, and in {@code data} images. Who packs and who judges share it.
 */
public final class ForbiddenNames {

    /** Folders that servers treat specially. */
    private static final Set<String> NEVER_FOLDERS = Set.of(
            "cgi-bin",
            "web-inf",
            "meta-inf",
            "app_browsers",
            "app_code",
            "app_data",
            "app_globalresources",
            "app_localresources",
            "app_webreferences",
            "bin");

    /** While it stands at a site's root, IIS answers every request for ASP.NET with it and nothing else. */
    private static final String TAKES_A_SITE_DOWN = "app_offline.htm";

    private ForbiddenNames() {}

    /** Why no package of that kind may bring that file, as the end of a sentence that begins with it. */
    public static Optional<String> objection(Kind kind, String path) {
        String[] segments = path.toLowerCase(Locale.ROOT).split("/", -1);
        String name = segments[segments.length - 1];
        for (String segment : segments) {
            if (segment.startsWith(".")) {
                return Optional.of("is hidden by a leading dot, as server configuration is");
            }
        }
        for (int i = 0; i < segments.length - 1; i++) {
            if (NEVER_FOLDERS.contains(segments[i])) {
                return Optional.of("lies in a folder that web servers treat specially");
            }
        }
        if (segments.length == 1 && name.equals(TAKES_A_SITE_DOWN)) {
            return Optional.of("is server configuration: IIS takes a site down while it is there");
        }
        String[] parts = name.split("\\.", -1);
        for (int i = 1; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (last ? ForbiddenTypes.atTheEnd(parts[i]) : ForbiddenTypes.anywhere(parts[i])) {
                return Optional.of("is a script that a server would run, a program or server configuration");
            }
        }
        if (parts.length < 2) {
            return Optional.of("has no extension");
        }
        if (kind == Kind.DATA && ForbiddenTypes.isImage(parts[parts.length - 1])) {
            return Optional.of("is an image, which no data package may bring");
        }
        return Optional.empty();
    }
}
