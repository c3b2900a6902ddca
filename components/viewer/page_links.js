// The results among the links of a page: those of one group lead to each other. The gallery's grid has the same methods.
const LINKS = "a[data-result]";

class PageLinks {
  link(view) { return document.querySelector(`${LINKS}[data-result="${CSS.escape(view)}"]`); }

  views(view) {
    const group = this.link(view)?.dataset.group, links = [...document.querySelectorAll(LINKS)];
    return [...new Set(links.filter(link => link.dataset.group === group).map(link => link.dataset.result))];
  }

  // The number of a result from 1, and how many there are; undefined if it is not among them.
  position(view, removed) {
    const views = this.views(view).filter(one => !removed.includes(one)), at = views.indexOf(view);
    return at < 0 ? undefined : {number: at + 1, total: views.length};
  }

  // The result so many further on; undefined if there is none.
  step(view, by) {
    const views = this.views(view), at = views.indexOf(view);
    return at < 0 || !views[at + by] ? undefined : this.item(views[at + by]);
  }

  item(view) {
    const link = this.link(view), picture = link?.querySelector("img");
    return link ? {view, ...link.dataset, preview: picture?.src ?? "", alt: picture?.alt ?? ""} : undefined;
  }

  focus(view) { this.link(view)?.focus(); }
}
