'use strict';
// Lee json/corte.json cada pocos segundos; cuando hay un corte nuevo, lee las contiendas y las muestra juntas.
(() => {
  const CADA_MS = 4000;
  const $ = (id) => document.getElementById(id);
  const numero = new Intl.NumberFormat('es-MX');
  const estado = { catalogo: null, corte: null, datos: {}, contienda: 'diputaciones', area: '0' };

  const lee = async (ruta) => {
    const respuesta = await fetch(ruta, { cache: 'no-cache' });
    if (!respuesta.ok) throw new Error(ruta + ': ' + respuesta.status);
    return respuesta.json();
  };
  const pct = (parte, todo) => (todo === 0 ? '0.00' : (Math.floor(parte * 10000 / todo) / 100).toFixed(2)) + ' %';
  const corta = (texto) => texto.replace(/(\.\d\d)\d*$/, '$1') + ' %';
  const titulo = (texto) => texto.toLowerCase()
    .replace(/(^|[\s.])(\p{L})/gu, (todo, antes, letra) => antes + letra.toUpperCase())
    .replace(/\b(De|Del|Y|El|La)\b/g, (p, q, i) => (i === 0 ? p : p.toLowerCase()));
  const nodo = (etiqueta, clase, texto) => {
    const n = document.createElement(etiqueta);
    if (clase) n.className = clase;
    if (texto !== undefined) n.textContent = texto;
    return n;
  };

  const contienda = () => estado.catalogo.contiendas.find((c) => c.clave === estado.contienda);
  const porDistrito = () => contienda().ambito === 'distrito';
  const lugares = () => (porDistrito() ? estado.catalogo.distritos : estado.catalogo.municipios);
  const nombreDe = (l) => (porDistrito() ? 'Distrito ' + l.id + ' · ' : '') + titulo(l.nombre);

  const fuerzas = (votos) => estado.catalogo.fuerzas
    .map((f) => ({ f, v: f.columnas.reduce((suma, c) => suma + (votos[c] || 0), 0) }))
    .filter((x) => x.v > 0 || (x.f.candidatura && x.f.clave !== 'CAND_IND_1'));
  const ordenadas = (votos) => fuerzas(votos)
    .sort((a, b) => (b.f.candidatura - a.f.candidatura) || b.v - a.v);

  function pestanas() {
    $('contiendas').replaceChildren(...estado.catalogo.contiendas.map((c) => {
      const b = nodo('button', '', c.nombre);
      b.type = 'button';
      b.setAttribute('role', 'tab');
      b.setAttribute('aria-selected', String(c.clave === estado.contienda));
      b.addEventListener('click', () => { estado.contienda = c.clave; estado.area = '0'; dibuja(); });
      return b;
    }));
  }

  function selector() {
    const todo = nodo('option', '', 'Todo el estado');
    todo.value = '0';
    const opciones = lugares().map((l) => {
      const o = nodo('option', '', nombreDe(l));
      o.value = String(l.id);
      return o;
    });
    $('area').replaceChildren(todo, ...opciones);
    $('area').value = estado.area;
  }

  function avance(datos) {
    $('pct').textContent = corta(datos.actas.porcentajeContabilizadas);
    $('actas').textContent = numero.format(datos.actas.contabilizadas);
    $('esperadas').textContent = numero.format(datos.actas.esperadas);
    $('votos').textContent = numero.format(datos.votosTotales);
    $('participacion').textContent = corta(datos.participacion);
    $('barra-llena').style.width = datos.actas.porcentajeContabilizadas + '%';
    $('barra').setAttribute('aria-label', corta(datos.actas.porcentajeContabilizadas) + ' de las actas contabilizadas');
  }

  function resultados(datos) {
    const lista = ordenadas(datos.votos);
    const viejas = new Map([...$('fuerzas').children].map((li) => [li.dataset.clave, li]));
    $('fuerzas').replaceChildren(...lista.map((x, i) => {
      const li = viejas.get(x.f.clave) || fila(x.f);
      li.className = (i === 0 && x.v > 0 ? 'primera' : '') + (x.f.candidatura ? '' : ' menor');
      li.querySelector('.v').textContent = numero.format(x.v);
      li.querySelector('.p').textContent = pct(x.v, datos.votosTotales);
      requestAnimationFrame(() => { li.querySelector('.riel div').style.width = (datos.votosTotales ? x.v * 100 / datos.votosTotales : 0) + '%'; });
      return li;
    }));
  }

  function fila(f) {
    const li = nodo('li');
    li.dataset.clave = f.clave;
    li.style.setProperty('--color', f.color);
    const riel = nodo('div', 'riel');
    riel.append(nodo('div'));
    li.append(nodo('span', 'nombre', f.nombre), nodo('span', 'v'), nodo('span', 'p'), riel);
    return li;
  }

  function tabla(datos) {
    const cabeza = nodo('thead');
    const renglon = nodo('tr');
    ['Partido o coalición', 'Votos', 'Porcentaje'].forEach((t) => renglon.append(nodo('th', '', t)));
    cabeza.append(renglon);
    const cuerpo = nodo('tbody');
    for (const [columna, votos] of Object.entries(datos.votos)) {
      const tr = nodo('tr');
      const nombre = columna.replace(/^C_/, '').replace('CAND_IND_1', 'INDEPENDIENTE').replace('MXR', 'MÉXICO REPUBLICANO');
      tr.append(
        nodo('td', '', columna.startsWith('C_') ? 'Coalición ' + nombre.replaceAll('_', '-') : nombre.replaceAll('_', ' ')),
        nodo('td', '', numero.format(votos)), nodo('td', '', pct(votos, datos.votosTotales)));
      cuerpo.append(tr);
    }
    const pie = nodo('tfoot');
    const total = nodo('tr');
    total.append(nodo('td', '', 'Total'), nodo('td', '', numero.format(datos.votosTotales)), nodo('td', '', ''));
    pie.append(total);
    $('columnas').replaceChildren(cabeza, cuerpo, pie);
  }

  function mosaico(todo) {
    const ganados = new Map();
    const mosaicos = lugares().map((l) => {
      const datos = todo.areas.find((a) => a.id === l.id);
      const b = nodo('button', 'area');
      b.type = 'button';
      const primera = datos ? ordenadas(datos.votos)[0] : null;
      const hay = primera && primera.v > 0;
      if (hay) {
        b.style.setProperty('--color', primera.f.color);
        ganados.set(primera.f, (ganados.get(primera.f) || 0) + 1);
      }
      b.setAttribute('aria-pressed', String(String(l.id) === estado.area));
      b.append(nodo('b', '', porDistrito() ? l.id + ' · ' + titulo(l.nombre) : titulo(l.nombre)),
        nodo('span', '', hay ? pct(primera.v, datos.votosTotales) : '–'),
        nodo('span', '', hay ? primera.f.nombre : 'sin actas'),
        nodo('span', '', datos ? corta(datos.actas.porcentajeContabilizadas) + ' actas' : ''));
      b.title = nombreDe(l);
      b.addEventListener('click', () => {
        estado.area = estado.area === String(l.id) ? '0' : String(l.id);
        dibuja();
        $('lugar').scrollIntoView({ behavior: 'smooth', block: 'center' });
      });
      return b;
    });
    $('areas').replaceChildren(...mosaicos);
    $('leyenda').replaceChildren(...[...ganados].sort((a, b) => b[1] - a[1]).map(([f, n]) => {
      const s = nodo('span');
      const cuadro = nodo('i');
      cuadro.style.setProperty('--color', f.color);
      s.append(cuadro, f.nombre + ' ' + n);
      return s;
    }));
  }

  function descargas() {
    $('panel-descargas').hidden = estado.corte.descargas.length === 0;
    $('descargas').replaceChildren(...estado.corte.descargas.map((ruta) => {
      const li = nodo('li');
      const a = nodo('a', '', ruta.replace(/^.*\//, ''));
      a.href = ruta;
      a.download = '';
      li.append(a);
      return li;
    }));
  }

  function dibuja() {
    const todo = estado.datos[estado.contienda];
    const datos = estado.area === '0' ? todo.estado : todo.areas.find((a) => String(a.id) === estado.area);
    const lugar = lugares().find((l) => String(l.id) === estado.area);
    const c = estado.corte;
    $('corte-hora').textContent = c.hora;
    $('corte-hora').dateTime = c.corte;
    $('corte-fecha').textContent = c.fecha + ' (' + c.huso + ')';
    $('corte-nombre').textContent = c.final ? 'Corte final' : 'Corte ' + c.numero;
    $('corte-nombre').parentElement.classList.toggle('final', c.final);
    document.title = c.hora + ' · ' + corta(todo.estado.actas.porcentajeContabilizadas) + ' · PREP Chihuahua (simulación)';
    pestanas();
    selector();
    avance(todo.estado);
    $('lugar').textContent = lugar ? nombreDe(lugar) : 'Estado de Chihuahua';
    $('nota').textContent = numero.format(datos.actas.contabilizadas) + ' de ' + numero.format(datos.actas.esperadas)
      + ' actas contabilizadas (' + corta(datos.actas.porcentajeContabilizadas) + ') · corte de las ' + c.hora + ' del ' + c.fecha;
    resultados(datos);
    tabla(datos);
    $('areas-titulo').textContent = porDistrito() ? 'Los 22 distritos' : 'Los 67 municipios';
    mosaico(todo);
    descargas();
  }

  async function mira() {
    try {
      if (!estado.catalogo) estado.catalogo = await lee('json/catalogo.json');
      const corte = await lee('json/corte.json');
      if (!estado.corte || corte.corte !== estado.corte.corte) {
        const claves = estado.catalogo.contiendas.map((c) => c.clave);
        const archivos = await Promise.all(claves.map((clave) => lee('json/' + clave + '.json')));
        // Entre dos lecturas puede haberse publicado otro corte: nunca se muestran dos a la vez.
        if (archivos.every((a) => a.corte === corte.corte)) {
          estado.corte = corte;
          claves.forEach((clave, i) => { estado.datos[clave] = archivos[i]; });
          dibuja();
        }
      }
      $('estado').textContent = estado.corte && estado.corte.final
        ? 'Cómputo preliminar terminado.'
        : 'Se actualiza sola. Última consulta: ' + new Date().toLocaleTimeString('es-MX') + '.';
    } catch (error) {
      $('estado').textContent = 'Sin conexión con el sitio; se muestra el último corte recibido. Se intentará de nuevo.';
    }
    setTimeout(mira, CADA_MS);
  }

  $('area').addEventListener('change', (e) => { estado.area = e.target.value; dibuja(); });
  mira();
})();
