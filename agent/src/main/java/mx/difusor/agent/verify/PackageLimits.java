package mx.difusor.agent.verify;

import java.time.Duration;
import mx.difusor.agent.model.PathRule;

/**
 * How much one package may ask of this machine. Real cuts are 0.5 to 11 MB, so every limit is far above them; reaching
 * one is {@code archive-bomb}, except for paths ({@code path-unsafe}) and the manifest ({@code manifest-invalid}).
 *
 * @param maxUnpackedBytes all bytes that come out of the decoder, headers and padding included
 * @param maxEntries files and folders, those that only a path goes through included: each is made in every release
 * @param maxRatio unpacked bytes per byte of the archive file, once {@code ratioFloorBytes} have come out. CSV and JSON
 *     of a count reach 20 to 50, its first cuts with empty votes more
 * @param ratioFloorBytes what any archive may unpack to, however small it is
 * @param maxPathBytes of a path, in UTF-8
 * @param maxSegmentBytes of one name of a path, in UTF-8
 * @param maxDepth names in a path
 * @param maxManifestBytes of {@code manifest.json}
 * @param maxXzBytes of the heap for a decoder of xz: {@code xz -9} needs 65 MiB
 * @param maxZstdBytes outside the heap for a decoder of zstd: {@code zstd --long} needs a window of 128 MiB
 * @param maxTime for reading one package; a machine that needs longer has failed, not the package
 */
public record PackageLimits(
        long maxUnpackedBytes,
        int maxEntries,
        int maxRatio,
        long ratioFloorBytes,
        int maxPathBytes,
        int maxSegmentBytes,
        int maxDepth,
        int maxManifestBytes,
        int maxXzBytes,
        int maxZstdBytes,
        Duration maxTime) {

    private static final int MIB = 1 << 20;

    public static final long MAX_UNPACKED_BYTES = 4096L * MIB;
    public static final int MAX_ENTRIES = PathRule.MAX_ENTRIES;
    public static final int MAX_RATIO = 200;
    public static final long RATIO_FLOOR_BYTES = 64L * MIB;
    public static final int MAX_PATH_BYTES = PathRule.MAX_BYTES;
    public static final int MAX_SEGMENT_BYTES = PathRule.MAX_NAME_BYTES;
    public static final int MAX_DEPTH = PathRule.MAX_DEPTH;
    public static final int MAX_MANIFEST_BYTES = 16 * MIB;
    public static final int MAX_XZ_BYTES = 66 * MIB;
    public static final int MAX_ZSTD_BYTES = 128 * MIB;
    public static final Duration MAX_TIME = Duration.ofMinutes(30);

    public static PackageLimits defaults() {
        return new PackageLimits(
                MAX_UNPACKED_BYTES,
                MAX_ENTRIES,
                MAX_RATIO,
                RATIO_FLOOR_BYTES,
                MAX_PATH_BYTES,
                MAX_SEGMENT_BYTES,
                MAX_DEPTH,
                MAX_MANIFEST_BYTES,
                MAX_XZ_BYTES,
                MAX_ZSTD_BYTES,
                MAX_TIME);
    }

    public PackageLimits withMaxUnpackedBytes(long bytes) {
        return new PackageLimits(
                bytes,
                maxEntries,
                maxRatio,
                ratioFloorBytes,
                maxPathBytes,
                maxSegmentBytes,
                maxDepth,
                maxManifestBytes,
                maxXzBytes,
                maxZstdBytes,
                maxTime);
    }

    public PackageLimits withMaxEntries(int entries) {
        return new PackageLimits(
                maxUnpackedBytes,
                entries,
                maxRatio,
                ratioFloorBytes,
                maxPathBytes,
                maxSegmentBytes,
                maxDepth,
                maxManifestBytes,
                maxXzBytes,
                maxZstdBytes,
                maxTime);
    }
}
