/** What the site's page does in the browser. It signs nothing and knows no secret: picks go to the site's server. */
export const GRID_SCRIPT: string = `
const byId = (id) => document.getElementById(id);
const grid = byId('grid');
const all = byId('all');
const menu = byId('menu');
const actions = byId('actions');
const modal = byId('modal');
const form = byId('pick');
const rows = [...grid.querySelectorAll('tr[data-id]')];
const boxes = rows.map((row) => row.querySelector('input'));
const menuItems = [...menu.querySelectorAll('[role=menuitem]')];

/* The selection: click one, Ctrl (or Cmd) one more, Shift a range. */

let anchor = 0;

const selectedRows = () => rows.filter((_, i) => boxes[i].checked);

function select(isSelected) {
  boxes.forEach((box, i) => { box.checked = isSelected(i); });
  showSelection();
}

function selectTo(end) {
  select((i) => i >= Math.min(anchor, end) && i <= Math.max(anchor, end));
}

function showSelection() {
  const count = selectedRows().length;
  byId('count').textContent = count === 0 ? 'None selected' : count + ' selected';
  all.checked = count > 0 && count === rows.length;
  all.indeterminate = count > 0 && count < rows.length;
}

const rowOf = (event) => rows.indexOf(event.target.closest('tr[data-id]'));

grid.addEventListener('mousedown', (event) => {
  // Shift and click would select text as well.
  if (event.shiftKey) event.preventDefault();
});

grid.addEventListener('click', (event) => {
  const index = rowOf(event);
  if (index < 0) return;
  const isBox = event.target === boxes[index];
  if (event.shiftKey) {
    selectTo(index);
  } else {
    anchor = index;
    // The browser has turned the box itself.
    if (!isBox && (event.ctrlKey || event.metaKey)) boxes[index].checked = !boxes[index].checked;
    else if (!isBox) select((i) => i === index);
    showSelection();
  }
  boxes[index].focus();
});

all.addEventListener('change', () => select(() => all.checked));

grid.addEventListener('keydown', (event) => {
  const index = boxes.indexOf(event.target);
  if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
    select(() => true);
  } else if (index >= 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    const next = index + (event.key === 'ArrowDown' ? 1 : -1);
    if (next < 0 || next >= rows.length) return;
    boxes[next].focus();
    if (event.shiftKey) selectTo(next);
    else anchor = next;
  } else {
    return;
  }
  event.preventDefault();
});

/* The menu. */

let opener = actions;

function openMenu({ x, y, from }) {
  opener = from;
  menu.showPopover();
  actions.setAttribute('aria-expanded', String(from === actions));
  menu.style.left = Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8)) + 'px';
  menu.style.top = Math.max(8, Math.min(y, innerHeight - menu.offsetHeight - 8)) + 'px';
  menuItems[0]?.focus();
}

function closeMenu() {
  if (!menu.matches(':popover-open')) return;
  menu.hidePopover();
  actions.setAttribute('aria-expanded', 'false');
}

grid.addEventListener('contextmenu', (event) => {
  const index = rowOf(event);
  if (index < 0) return;
  event.preventDefault();
  if (!boxes[index].checked) {
    anchor = index;
    select((i) => i === index);
  }
  // The menu key's event is at the focused box.
  openMenu({ x: event.clientX, y: event.clientY, from: boxes[index] });
});

actions.addEventListener('click', () => {
  const { right, bottom } = actions.getBoundingClientRect();
  openMenu({ x: right - menu.offsetWidth, y: bottom + 4, from: actions });
});

// A popover that closes itself would do so when the right button is let go.
document.addEventListener('pointerdown', (event) => {
  if (!menu.contains(event.target)) closeMenu();
});
addEventListener('blur', closeMenu);
addEventListener('resize', closeMenu);

menu.addEventListener('contextmenu', (event) => event.preventDefault());

menu.addEventListener('keydown', (event) => {
  const at = menuItems.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) menuItems.at(to === menuItems.length ? 0 : to)?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') leaveMenu();
  else return;
  event.preventDefault();
});

function leaveMenu() {
  closeMenu();
  opener.focus();
}

/* A pick: the site's server signs, and answers with a form that posts itself to the item's URL. */

menu.addEventListener('click', (event) => {
  const item = event.target.closest('[role=menuitem]');
  if (!item) return;
  leaveMenu();
  form.querySelector('[name=item]').value = item.value;
  form.querySelector('[name=selected_ids]').value = selectedRows().map((row) => row.dataset.id).join(',');
  form.target = item.dataset.opens === 'modal' ? openModal(item.firstElementChild.textContent) : '_blank';
  form.submit();
});

function openModal(title) {
  const frame = document.createElement('iframe');
  frame.name = 'action';
  frame.title = title;
  byId('modal-title').textContent = title;
  byId('modal-content').replaceChildren(frame);
  modal.showModal();
  return frame.name;
}

modal.addEventListener('close', () => byId('modal-content').replaceChildren());
byId('modal-close').addEventListener('click', () => modal.close());

showSelection();
`;
