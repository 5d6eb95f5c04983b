/** Bad packages, and the good ones beside them. */
@NullMarked
package mx.difusor.agent.verify;

import org.jspecify.annotations.NullMarked;
