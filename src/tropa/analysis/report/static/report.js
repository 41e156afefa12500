// Tooltips, theme, tables, segments. The page is complete without it; texts are set as text, never as markup.
(function () {
  'use strict';
  var root = document.documentElement, KEY = 'tropa-theme', tip, shown = null, theme = null;
  root.classList.add('js');

  function stored() { try { return localStorage.getItem(KEY); } catch (e) { return null; } }
  function isDark() {
    var chosen = root.getAttribute('data-theme');
    return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  }
  function labelTheme() {
    var dark = isDark(), text = theme.getAttribute(dark ? 'data-light' : 'data-dark');
    theme.setAttribute('aria-label', text);
    theme.title = text;
    theme.querySelector('use').setAttribute('href', dark ? '#i-sun' : '#i-moon');
  }
  function chooseTheme() {
    var next = isDark() ? 'light' : 'dark';
    root.setAttribute('data-theme', next);
    try { localStorage.setItem(KEY, next); } catch (e) { /* a page opened from a folder may have no storage */ }
    labelTheme();
  }
  var chosen = stored();
  if (chosen === 'dark' || chosen === 'light') { root.setAttribute('data-theme', chosen); }

  function node(tag, text, kind) {
    var made = document.createElement(tag);
    made.textContent = text;
    made.setAttribute('dir', 'auto');
    if (kind) { made.className = kind; }
    return made;
  }
  function fill(text) {
    var lines = text.split('\n'), table = document.createElement('table');
    tip.replaceChildren(node('b', lines[0]));
    lines.slice(1).forEach(function (line) {
      var cells = line.split('\t'), row = document.createElement('tr');
      row.append(node('td', cells[0], 'k'), node('td', cells[1] || ''));
      table.append(row);
    });
    if (lines.length > 1) { tip.append(table); }
  }
  function show(target, x, y) {
    if (target !== shown) { fill(target.getAttribute('data-tip')); shown = target; }
    var width = tip.offsetWidth, height = tip.offsetHeight, space = 12;
    var left = Math.min(Math.max(space, x + 14), innerWidth - width - space);
    var top = y + 18 + height > innerHeight ? Math.max(space, y - height - 10) : y + 18;
    tip.style.left = left + 'px';
    tip.style.top = top + 'px';
    tip.classList.add('is-on');
  }
  function hide() { shown = null; tip.classList.remove('is-on'); }
  function pointed(event) { return event.target.closest ? event.target.closest('[data-tip]') : null; }

  function toggleTable(button) {
    var open = document.getElementById(button.getAttribute('data-table')).classList.toggle('is-open');
    button.setAttribute('aria-expanded', String(open));
    button.querySelector('span').textContent = button.getAttribute(open ? 'data-open' : 'data-closed');
  }
  function setSegment(button) {
    var group = button.parentNode;
    group.querySelectorAll('button').forEach(function (other) { other.setAttribute('aria-pressed', String(other === button)); });
    button.closest('section').setAttribute('data-' + button.getAttribute('data-set'), button.getAttribute('data-value'));
  }
  function press(event) {
    var button = event.target.closest ? event.target.closest('button') : null;
    if (!button) { return; }
    if (button.hasAttribute('data-table')) { toggleTable(button); }
    if (button.hasAttribute('data-set')) { setSegment(button); }
    if (button.getAttribute('data-do') === 'theme') { chooseTheme(); }
    if (button.getAttribute('data-do') === 'print') { print(); }
  }

  document.addEventListener('DOMContentLoaded', function () {
    tip = document.getElementById('tip');
    theme = document.querySelector('[data-do="theme"]');
    labelTheme();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', labelTheme);
    document.addEventListener('click', press);
    document.addEventListener('mousemove', function (event) {
      var target = pointed(event);
      if (target) { show(target, event.clientX, event.clientY); } else if (shown) { hide(); }
    });
    document.addEventListener('focusin', function (event) {
      var target = pointed(event);
      if (!target || !target.matches(':focus-visible')) { return; }
      var box = target.getBoundingClientRect();
      show(target, box.left + Math.min(box.width / 2, 240), box.top + box.height / 2);
    });
    document.addEventListener('focusout', hide);
    document.addEventListener('keydown', function (event) { if (event.key === 'Escape') { hide(); } });
  });
  addEventListener('beforeprint', function () {
    document.querySelectorAll('details').forEach(function (part) { part.open = true; });
  });
}());
