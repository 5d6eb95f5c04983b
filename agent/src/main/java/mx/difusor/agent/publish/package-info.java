/** History to tree to release to live root; one class per way of switching. */
@NullMarked
package mx.difusor.agent.publish;

import org.jspecify.annotations.NullMarked;
