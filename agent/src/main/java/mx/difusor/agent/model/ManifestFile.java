package mx.difusor.agent.model;

/**
 * One file that a manifest names.
 *
 * @param path relative, {@code /}-separated, UTF-8 in NFC
 * @param size in bytes
 */
public record ManifestFile(String path, long size, Digest sha256) {}
