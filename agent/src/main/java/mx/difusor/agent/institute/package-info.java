/**
 * The other side: pack, sign, send, and an election to try it with. May use BouncyCastle to sign, commons-compress to
 * write archives and MINA's SFTP client to send.
 */
@NullMarked
package mx.difusor.agent.institute;

import org.jspecify.annotations.NullMarked;
