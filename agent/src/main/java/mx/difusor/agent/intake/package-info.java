/** The SFTP endpoint: who may write what; turns what arrives into candidates. The only server-side user of MINA. */
@NullMarked
package mx.difusor.agent.intake;

import org.jspecify.annotations.NullMarked;
