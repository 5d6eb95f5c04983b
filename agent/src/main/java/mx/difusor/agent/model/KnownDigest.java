package mx.difusor.agent.model;

/**
 * What a door learnt of an archive file's bytes while they arrived.
 *
 * @param sha256 of the whole file
 * @param size of the file, in bytes
 */
public record KnownDigest(Digest sha256, long size) {}
