/** The other side: pack, sign, send, and an election to try it with. */
@NullMarked
package mx.difusor.agent.institute;

import org.jspecify.annotations.NullMarked;
