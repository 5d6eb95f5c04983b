package mx.difusor.agent.model;

/**
 * Somebody whose trusted signature over a package holds.
 *
 * @param name as people read it: a certificate's subject ({@code CN=...}) or an OpenPGP user id
 * @param identity what makes two signers different, however many signature files each made: SHA-256 of the public
 *     key for CMS, {@code openpgp:} and the primary key's fingerprint for OpenPGP
 */
public record Signer(String name, String identity) {}
